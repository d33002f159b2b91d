document.body.textContent = 'built'
