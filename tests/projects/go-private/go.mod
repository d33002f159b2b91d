module example.com/shop

go 1.26

require git.example.com/shop/secret v1.0.0
