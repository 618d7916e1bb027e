(function(){var d=document,h=d.documentElement,$=function(q,r){return[].slice.call((r||d).querySelectorAll(q))},form=d.getElementById("filter"),more=d.getElementById("more");
function el(n,p){var e=d.createElement(n);for(var k in p)e[k]=p[k];return e}
if(form){var t=more.dataset,cards=$(".findings .f"),rules=$(".findings .rule"),items=$(".fs [data-e]").map(function(n){var c=n.closest(".f");return{n:n,c:c,r:c.closest(".rule"),e:n.dataset.e,s:n.dataset.s}});
var text=el("input",{type:"search",placeholder:t.text}),reset=el("button",{type:"button",textContent:t.reset}),out=el("output",{}),none=el("p",{className:"lead",textContent:t.none,hidden:true});
text.setAttribute("aria-label",t.text);[text,reset,out].forEach(function(x){form.append(x)});form.after(none);
var run=function(){var e=(form.querySelector("[name=e]:checked")||{}).value||"",off={},q=text.value.trim().toLowerCase(),n=0,live=new Set();
$(".sv input").forEach(function(i){if(!i.checked)off[i.value]=1});
items.forEach(function(i){var ok=(!e||i.e===e)&&!off[i.s]&&(!q||(i.x=i.x||((i.n===i.c?"":i.n.textContent)+i.c.textContent+i.r.dataset.b).toLowerCase()).indexOf(q)>=0);i.n.classList.toggle("js-hide",!ok);if(ok){n++;live.add(i.c);live.add(i.r)}});
cards.concat(rules).forEach(function(x){x.classList.toggle("js-hide",!live.has(x))});none.hidden=n>0;out.textContent=t.shown.replace("{n}",n.toLocaleString("en")).replace("{of}",items.length.toLocaleString("en"))};
form.addEventListener("input",run);form.addEventListener("submit",function(v){v.preventDefault()});reset.addEventListener("click",function(){form.reset();run()});
$(".heat a").forEach(function(a){a.addEventListener("click",function(v){v.preventDefault();form.reset();var e=d.getElementById("e-"+a.dataset.e);if(e)e.checked=true;$(".sv input").forEach(function(i){i.checked=i.value===a.dataset.s});run();d.getElementById("findings").scrollIntoView()})});
var land=function(){var x=location.hash&&d.getElementById(decodeURIComponent(location.hash.slice(1)));if(x&&x.closest(".js-hide")){form.reset();run();x.scrollIntoView()}};addEventListener("hashchange",land);run();land()}
var u=d.getElementById("words").dataset;
$(".diff,.cmd,.why pre").forEach(function(p){var b=el("button",{type:"button",className:"copy",textContent:u.copy});b.addEventListener("click",function(){var s;
if(p.className==="diff")s="# "+p.querySelector("b").textContent+"\n"+$("span,ins,del",p).map(function(l){return l.textContent}).join("\n")+"\n";else s=(p.querySelector("code")||p.firstChild).textContent.replace(/^\$ /gm,"");
navigator.clipboard.writeText(s).then(function(){b.textContent=u.copied;setTimeout(function(){b.textContent=u.copy},1500)})});p.append(b)});
var th=el("button",{type:"button",textContent:u.theme});d.getElementById("theme").append(th);
try{if(localStorage.theme)h.dataset.theme=localStorage.theme}catch(x){}
th.addEventListener("click",function(){var k=h.dataset.theme?h.dataset.theme==="dark":matchMedia("(prefers-color-scheme:dark)").matches;h.dataset.theme=k?"light":"dark";try{localStorage.theme=h.dataset.theme}catch(x){}})})();
