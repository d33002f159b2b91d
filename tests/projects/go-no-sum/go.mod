module example.com/shop

go 1.26

require golang.org/x/text v0.14.0
