from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_health
from tests.languages.programs import program

IMPORTS = 'import (\n"net/http"\n"github.com/gin-gonic/gin"\n)\n'


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ('http.HandleFunc("/healthz", h)', "/healthz"),
        ('http.HandleFunc("GET /healthz", h)', "/healthz"),
        ('http.HandleFunc("POST /healthz", h)', None),
        ('http.HandleFunc("/health", h); http.HandleFunc("/ready", h)', "/health"),
        ('mux := http.NewServeMux(); mux.HandleFunc("/-/healthy/health", h)', "/-/healthy/health"),
        ('mux := http.NewServeMux(); mux.Handle("/status", requireLogin(h))', None),
        ('mux := http.NewServeMux(); mux.HandleFunc("/health", h); http.ListenAndServe("", withAuth(mux))', None),
        ('r := gin.New(); r.GET("/ping", h)', "/ping"),
        ('r := gin.New(); r.POST("/ping", h)', None),
        ('r := gin.New(); a := r.Group("/api"); b := a.Group("/v1"); b.GET("/ping", h)', "/api/v1/ping"),
        ('r := gin.New(); r.Group("/api").GET("/ping", h)', "/api/ping"),
        ('r := gin.New(); a := r.Group("/api", requireToken()); a.GET("/ping", h)', None),
        ('r := gin.New(); r.Use(jwtAuth()); r.GET("/ping", h)', None),
        ('r := gin.New(); r.GET("/ping", h); r.Use(jwtAuth())', "/ping"),
        ('r := chi.NewRouter(); r.Route("/api", func(r chi.Router) { r.Get("/health", h) })', "/api/health"),
        ('r := mux.NewRouter(); s := r.PathPrefix("/api").Subrouter(); s.HandleFunc("/health", h)', "/api/health"),
        ('r := gin.New(); routes(r.Group("/x"))', "/x/health"),
        ('unknown.GET("/health", h)', None),
        ('http.Get("/health")', None),
        ('http.HandleFunc("/healthy-food", h)', None),
    ],
)
def test_path(tmp_path: Path, source: str, path: str | None) -> None:
    more = 'func routes(g *gin.RouterGroup) { g.GET("/health", h) }' if "routes(" in source else ""
    found = go_health.path(program(tmp_path, f"{IMPORTS}func main() {{ {source} }}\n{more}"))
    assert (found and found.value) == path
