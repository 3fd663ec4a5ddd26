"use strict";(()=>{for(let e of document.querySelectorAll("form.languages"))e.querySelector("button").hidden=!0,e.querySelector("select").addEventListener("change",()=>e.requestSubmit());})();
