console.log('shelf')
