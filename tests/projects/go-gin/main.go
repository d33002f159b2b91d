package main

import "github.com/gin-gonic/gin"

func main() {
	r := gin.Default()
	api := r.Group("/api")
	routes(api.Group("/v1"))
	r.Run()
}

func routes(v1 *gin.RouterGroup) {
	v1.GET("/health", func(c *gin.Context) { c.Status(200) })
}
