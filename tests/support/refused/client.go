// Sends each case's request so many times by net/http; prints which statuses, or errors, it saw.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

type plan struct {
	Times int
	Cases []struct {
		Name, Method, URL, Form string
		Headers                 map[string]string
		Size                    int
	}
}

func main() {
	var asked plan
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	client := &http.Client{
		Timeout:   60 * time.Second,
		Transport: &http.Transport{ExpectContinueTimeout: 5 * time.Second},
	}
	seen := map[string]map[string]int{}
	for _, each := range asked.Cases {
		seen[each.Name] = map[string]int{}
		for turn := 0; turn < asked.Times; turn++ {
			var body io.Reader = bytes.NewReader(bytes.Repeat([]byte("x"), each.Size))
			if each.Form == "chunked" {
				body = struct{ io.Reader }{body}
			}
			request, err := http.NewRequest(each.Method, each.URL, body)
			if err != nil {
				panic(err)
			}
			for name, value := range each.Headers {
				request.Header.Set(name, value)
			}
			if each.Form == "expect" {
				request.Header.Set("Expect", "100-continue")
			}
			seen[each.Name][attempt(client, request)]++
		}
	}
	report, _ := json.Marshal(seen)
	fmt.Println(string(report))
}

func attempt(client *http.Client, request *http.Request) string {
	answer, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err != nil {
		return err.Error()
	}
	return fmt.Sprint(answer.StatusCode)
}
