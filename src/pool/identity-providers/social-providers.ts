/** The providers with a fixed name: the details that they require, and those that are known. */

interface SocialProvider {
  required: string[]
  defaults(input: Record<string, string>): Record<string, string>
  /** The member of the provider's profile that is the user's subject. */
  subject: string
}

export const socialProviders: Record<string, SocialProvider | undefined> = {
  Facebook: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    subject: 'id',
    defaults({ api_version: version = 'v17.0' }) {
      return {
        api_version: version,
        attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
        attributes_url_add_attributes: 'true',
        authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
        token_request_method: 'GET',
        token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
      }
    },
  },
  Google: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    subject: 'sub',
    defaults: () => ({
      attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
      attributes_url_add_attributes: 'true',
      authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
      oidc_issuer: 'https://accounts.google.com',
      token_request_method: 'POST',
      token_url: 'https://www.googleapis.com/oauth2/v4/token',
    }),
  },
  LoginWithAmazon: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    subject: 'user_id',
    defaults: () => ({
      attributes_url: 'https://api.amazon.com/user/profile',
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://www.amazon.com/ap/oa',
      token_request_method: 'POST',
      token_url: 'https://api.amazon.com/auth/o2/token',
    }),
  },
  SignInWithApple: {
    required: ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'],
    subject: 'sub',
    defaults: () => ({
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://appleid.apple.com/auth/authorize',
      oidc_issuer: 'https://appleid.apple.com',
      token_request_method: 'POST',
      token_url: 'https://appleid.apple.com/auth/token',
    }),
  },
}

/** Where the keys are that sign the ID tokens of those that have them. */
export const socialKeySets: Record<string, string | undefined> = {
  Google: 'https://www.googleapis.com/oauth2/v3/certs',
  SignInWithApple: 'https://appleid.apple.com/auth/keys',
}
