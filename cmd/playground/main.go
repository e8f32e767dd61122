//go:build js && wasm

// Playground is the part of the site's playground that runs in a browser: the rules and what judges with them, as Wasm.
//
// It sets the function winpolicy of the worker. The function takes a question as JSON and returns the answer as JSON.
package main

import (
	"context"
	"encoding/json"
	"syscall/js"
	"time"

	"winpolicy/internal/playground"
)

func main() {
	judge, err := playground.New()
	js.Global().Set("winpolicy", js.FuncOf(func(_ js.Value, args []js.Value) any {
		var answer playground.Answer
		switch {
		case err != nil:
			answer.Error = err.Error()
		case len(args) != 1 || args[0].Type() != js.TypeString:
			answer.Error = "ask with one text"
		default:
			answer = ask(judge, args[0].String())
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return `{"error": "the answer cannot be written"}`
		}
		return string(text)
	}))
	js.Global().Call("winpolicyReady")
	select {}
}

func ask(judge *playground.Judge, text string) playground.Answer {
	var asked playground.Question
	if err := json.Unmarshal([]byte(text), &asked); err != nil {
		return playground.Answer{Error: "read the question: " + err.Error()}
	}
	return judge.Answer(context.Background(), asked, time.Now().UTC())
}
