package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/user"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/parcel-nethttp/internal/digest"
)

func request(t *testing.T, method, path string, body io.Reader) *http.Response {
	t.Helper()
	server := httptest.NewServer(newHandler())
	t.Cleanup(server.Close)

	req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func decode[T any](t *testing.T, resp *http.Response) T {
	t.Helper()
	var value T
	if err := json.NewDecoder(resp.Body).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func wantStatus(t *testing.T, resp *http.Response, want int) {
	t.Helper()
	if resp.StatusCode != want {
		t.Fatalf("status = %d, want %d", resp.StatusCode, want)
	}
}

func TestIndexNamesRoutes(t *testing.T) {
	resp := request(t, http.MethodGet, "/", nil)
	wantStatus(t, resp, http.StatusOK)
	message := decode[map[string]string](t, resp)["message"]
	for _, route := range []string{"/healthz", "/files", "/whoami"} {
		if !strings.Contains(message, route) {
			t.Errorf("message %q does not name %s", message, route)
		}
	}
}

func TestHealth(t *testing.T) {
	resp := request(t, http.MethodGet, "/healthz", nil)
	wantStatus(t, resp, http.StatusOK)
	if got := decode[map[string]string](t, resp)["status"]; got != "ok" {
		t.Errorf("status = %q, want ok", got)
	}
}

func TestUploadDigest(t *testing.T) {
	tests := map[string]struct {
		body string
		want digest.Digest
	}{
		"text": {
			"hello",
			digest.Digest{Size: 5, SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
		},
		"empty": {
			"",
			digest.Digest{Size: 0, SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			resp := request(t, http.MethodPost, "/files", strings.NewReader(test.body))
			wantStatus(t, resp, http.StatusCreated)
			if got := decode[digest.Digest](t, resp); got != test.want {
				t.Errorf("digest = %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestUploadLimit(t *testing.T) {
	atLimit := strings.Repeat("x", maxBytes)

	resp := request(t, http.MethodPost, "/files", strings.NewReader(atLimit))
	wantStatus(t, resp, http.StatusCreated)
	if got := decode[digest.Digest](t, resp).Size; got != maxBytes {
		t.Errorf("size = %d, want %d", got, maxBytes)
	}

	resp = request(t, http.MethodPost, "/files", strings.NewReader(atLimit+"x"))
	wantStatus(t, resp, http.StatusRequestEntityTooLarge)
}

func TestUploadRemovesTemporaryFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)

	request(t, http.MethodPost, "/files", strings.NewReader("hello"))
	request(t, http.MethodPost, "/files", strings.NewReader(strings.Repeat("x", maxBytes+1)))

	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 0 {
		t.Errorf("temporary files left behind: %v", entries)
	}
}

func TestWhoami(t *testing.T) {
	current, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	resp := request(t, http.MethodGet, "/whoami", nil)
	wantStatus(t, resp, http.StatusOK)
	got := decode[struct {
		User string
		UID  int
	}](t, resp)
	if got.User != current.Username || got.UID != os.Getuid() {
		t.Errorf("whoami = %+v, want %s with uid %d", got, current.Username, os.Getuid())
	}
}

func TestAnythingElseIsNotFound(t *testing.T) {
	wantStatus(t, request(t, http.MethodGet, "/missing", nil), http.StatusNotFound)
	wantStatus(t, request(t, http.MethodGet, "/files", nil), http.StatusNotFound)
}

func TestRequestID(t *testing.T) {
	resp := request(t, http.MethodGet, "/healthz", nil)
	if err := uuid.Validate(resp.Header.Get("X-Request-Id")); err != nil {
		t.Errorf("X-Request-Id: %v", err)
	}
}
