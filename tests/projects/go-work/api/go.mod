module example.com/shop/api

go 1.26

require example.com/shop/greet v0.0.0
