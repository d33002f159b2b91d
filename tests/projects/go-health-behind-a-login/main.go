package main

import (
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

func main() {
	e := echo.New()
	e.Use(middleware.KeyAuth(func(key string, c echo.Context) (bool, error) { return key == "x", nil }))
	e.GET("/health", func(c echo.Context) error { return c.NoContent(204) })
	e.Logger.Fatal(e.Start(":1323"))
}
