const { Telegraf } = require('telegraf')
const words = require('./words.json')

const cache = 'redis://localhost:6379'
const bot = new Telegraf(process.env.BOT_TOKEN)
bot.start((context) => context.reply(words.hello, cache))
bot.launch()
