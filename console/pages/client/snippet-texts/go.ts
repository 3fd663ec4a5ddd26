import { addressOf, exportSecret, file, issuer, portOf, quoted, run, type Snippet, type SnippetFacts } from './facts.ts'

const scopesOf = ({ scopes }: SnippetFacts) => `[]string{${scopes.map(quoted).join(', ')}}`

export const go = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'go',
  title: 'Go',
  steps: [
    file(
      'main.go',
      `package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	provider, err := oidc.NewProvider(context.Background(), ${quoted(issuer(facts))})
	if err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID:     ${quoted(facts.clientId)},
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  ${quoted(callback)},
		Scopes:       ${scopesOf(facts)},
	}
	idTokens := provider.Verifier(&oidc.Config{ClientID: config.ClientID})

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
		keep(w, "state", state)
		keep(w, "verifier", verifier)
		http.Redirect(w, r, config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), http.StatusFound)
	})
	http.HandleFunc(${quoted(new URL(callback).pathname)}, func(w http.ResponseWriter, r *http.Request) {
		state, err := r.Cookie("state")
		if err != nil || state.Value != r.FormValue("state") {
			http.Error(w, "This sign-in did not begin here.", http.StatusBadRequest)
			return
		}
		verifier, err := r.Cookie("verifier")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		token, err := config.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(verifier.Value))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		raw, _ := token.Extra("id_token").(string)
		idToken, err := idTokens.Verify(r.Context(), raw)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var claims map[string]any
		idToken.Claims(&claims)
		json.NewEncoder(w).Encode(claims)
	})
	log.Fatal(http.ListenAndServe(":${portOf(callback)}", nil))
}

func keep(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
`,
    ),
    run('go mod init app', 'go mod tidy', exportSecret(facts), 'go run .'),
  ],
  open: addressOf('/login', callback),
  callbackUrl: callback,
})

export const goMachine = (facts: SnippetFacts): Snippet => ({
  id: 'go',
  title: 'Go',
  steps: [
    file(
      'main.go',
      `package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	config := clientcredentials.Config{
		ClientID:     ${quoted(facts.clientId)},
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		TokenURL:     ${quoted(`${issuer(facts)}/oauth2/token`)},
		Scopes:       ${scopesOf(facts)},
	}
	// config.Client(ctx) is an http.Client that sends the token along, and gets another in time.
	token, err := config.Token(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.AccessToken)
}
`,
    ),
    run('go mod init app', 'go mod tidy', exportSecret(facts), 'go run .'),
  ],
})
