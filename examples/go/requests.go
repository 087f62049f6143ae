// Requests through the gateway with net/http: no key, no timestamp, no signature.
//
//	GATEWAY=http://127.0.0.1:8180 go run examples/go/requests.go
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	form = "application/x-www-form-urlencoded"
	json = "application/json"
)

var client = http.Client{Timeout: 30 * time.Second}

func send(method, path, kind, body string, headers map[string]string) (int, string) {
	gateway := os.Getenv("GATEWAY")
	if gateway == "" {
		gateway = "http://127.0.0.1:8180"
	}
	request, err := http.NewRequest(method, gateway+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	return answer.StatusCode, string(text)
}

func ask(name, method, path, kind, body string) {
	status, text := send(method, path, kind, body, nil)
	fmt.Printf("%s: %d\n", name, status)
	if status >= 400 {
		fmt.Fprintln(os.Stderr, text)
		os.Exit(1)
	}
}

func main() {
	order := url.Values{"symbol": {"BTCUSDT"}, "side": {"BUY"}, "type": {"MARKET"}, "quantity": {"0.001"}}
	ask("account", "GET", "/api/v3/account", "", "")
	ask("test order", "POST", "/api/v3/order/test", form, order.Encode())
	ask("restrictions", "GET", "/sapi/v1/account/apiRestrictions", "", "")
	ask("P2P ads", "POST", "/sapi/v1/c2c/ads/search", json,
		`{"asset":"USDT","fiat":"EUR","tradeType":"BUY","page":1,"rows":10}`)
	ask("futures", "GET", "/fapi/v2/balance", "", "")

	// A wrong one: what the gateway says of it stands in a header, and in `msg` where it is asked for.
	_, text := send("POST", "/api/v3/order/test", form,
		"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000",
		map[string]string{"X-Gateway-Explain": "message"})
	fmt.Println(text)
}
