module.exports = async (app) => { app.get('/', async () => 'by the package') }
