import os

import discord

TOKEN = os.environ["BOT_TOKEN"]
client = discord.Client(intents=discord.Intents.default())
client.run(TOKEN)
