(function(){var d=document,h=d.documentElement,el=function(n,p){var e=d.createElement(n);for(var k in p)e[k]=p[k];return e};
var th=d.getElementById("theme"),b=el("button",{type:"button",textContent:th.dataset.label});th.append(b);
try{if(localStorage.theme)h.dataset.theme=localStorage.theme}catch(x){}
b.addEventListener("click",function(){var k=h.dataset.theme?h.dataset.theme==="dark":matchMedia("(prefers-color-scheme:dark)").matches;h.dataset.theme=k?"light":"dark";try{localStorage.theme=h.dataset.theme}catch(x){}});
var box=d.getElementById("find"),input=el("input",{type:"search",placeholder:box.dataset.label,autocomplete:"off"}),list=el("ol",{hidden:true});
input.setAttribute("aria-label",box.dataset.label);box.append(input);box.append(list);
var pages=(window.GUIDE||[]).map(function(p){return{u:p[0],t:p[1],s:p[2],lt:p[1].toLowerCase(),ls:p[2].toLowerCase(),lx:p[3].toLowerCase()}});
/* a Korean word carries its particle: where it is not found as typed, up to two syllables at its end may go */
function forms(w){var f=[w];if(/[\uac00-\ud7a3]$/.test(w))for(var n=1;n<=2&&w.length-n>=2;n++)f.push(w.slice(0,-n));return f}
function weight(p,w){var best=0,fs=forms(w);for(var i=0;i<fs.length;i++){var f=fs[i],x=p.lt.indexOf(f)>=0?(p.lt.indexOf(f)===0?40:20):p.ls.indexOf(f)>=0?8:p.lx.indexOf(f)>=0?2:0;if(x){best=x/(i+1);break}}return best}
function search(q){var ws=q.toLowerCase().split(/\s+/).filter(Boolean);if(!ws.length)return null;return pages.map(function(p,i){var sum=0;for(var k=0;k<ws.length;k++){var x=weight(p,ws[k]);if(!x)return null;sum+=x}return{p:p,x:sum,i:i}}).filter(Boolean).sort(function(a,z){return z.x-a.x||a.i-z.i}).slice(0,30)}
function show(){var found=search(input.value);list.textContent="";list.hidden=!found;if(!found)return;
if(!found.length){list.append(el("li",{className:"none",textContent:box.dataset.none}));return}
found.forEach(function(f){var li=el("li",{}),a=el("a",{href:box.dataset.root+f.p.u,textContent:f.p.t});if(f.p.s)a.append(el("small",{textContent:f.p.s}));li.append(a);list.append(li)})}
input.addEventListener("input",show);input.addEventListener("focus",show);
d.addEventListener("click",function(e){if(!box.contains(e.target))list.hidden=true});
d.addEventListener("keydown",function(e){if(e.key==="Escape"){list.hidden=true}else if(e.key==="/"&&!/INPUT|TEXTAREA/.test(d.activeElement.tagName)){e.preventDefault();input.focus()}else if(e.key==="Enter"&&d.activeElement===input){var a=list.querySelector("a");if(a)location.href=a.href}})})();
