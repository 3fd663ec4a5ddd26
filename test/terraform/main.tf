# Every resource and data source of Cognito user pools that the AWS provider knows, with most of what each can say.
# `changed` makes another revision of it, by changes in place alone.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "url" { type = string }
variable "changed" { type = bool }

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    cognitoidp = var.url
  }
}

locals {
  function = "arn:aws:lambda:us-east-1:000000000000:function"
  role     = "arn:aws:iam::000000000000:role"
}

resource "aws_cognito_user_pool" "people" {
  name                     = "people"
  alias_attributes         = ["email", "preferred_username"]
  auto_verified_attributes = ["email"]
  deletion_protection      = "INACTIVE"
  mfa_configuration        = var.changed ? "ON" : "OPTIONAL"
  user_pool_tier           = "PLUS"

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 2
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = var.changed
    invite_message_template {
      email_subject = "Welcome"
      email_message = "Your name is {username}, your password {####}."
      sms_message   = "{username} {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = var.changed
  }

  email_configuration {
    email_sending_account  = "DEVELOPER"
    from_email_address     = "People <people@example.com>"
    reply_to_email_address = "reply@example.com"
    source_arn             = "arn:aws:ses:us-east-1:000000000000:identity/example.com"
  }

  email_mfa_configuration {
    subject = "Your code"
    message = "It is {####}."
  }

  password_policy {
    minimum_length                   = var.changed ? 14 : 12
    password_history_size            = 3
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 3
  }

  schema {
    name                     = "email"
    attribute_data_type      = "String"
    mutable                  = true
    required                 = true
    developer_only_attribute = false
    string_attribute_constraints {
      min_length = "5"
      max_length = "100"
    }
  }

  schema {
    name                     = "team"
    attribute_data_type      = "String"
    mutable                  = true
    required                 = false
    developer_only_attribute = false
    string_attribute_constraints {
      min_length = "1"
      max_length = "256"
    }
  }

  schema {
    name                     = "floor"
    attribute_data_type      = "Number"
    mutable                  = true
    required                 = false
    developer_only_attribute = false
    number_attribute_constraints {
      min_value = "0"
      max_value = "100"
    }
  }

  sms_configuration {
    external_id    = "people"
    sns_caller_arn = "${local.role}/sms"
    sns_region     = "us-east-1"
  }

  software_token_mfa_configuration {
    enabled = true
  }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  user_pool_add_ons {
    advanced_security_mode = var.changed ? "ENFORCED" : "AUDIT"
    advanced_security_additional_flows {
      custom_auth_mode = "AUDIT"
    }
  }

  username_configuration {
    case_sensitive = false
  }

  verification_message_template {
    default_email_option  = "CONFIRM_WITH_LINK"
    email_subject         = "Confirm"
    email_message         = "Your code is {####}."
    email_subject_by_link = "Confirm"
    email_message_by_link = "Follow {##this link##}."
    sms_message           = "{####}"
  }

  tags = var.changed ? { stage = "tomorrow", owner = "ann" } : { stage = "today" }
}

# Its functions need not be there until somebody calls for them.
resource "aws_cognito_user_pool" "hooked" {
  name = "hooked"

  lambda_config {
    custom_message                 = "${local.function}:custom-message"
    pre_sign_up                    = var.changed ? null : "${local.function}:pre-sign-up"
    post_authentication            = "${local.function}:post-authentication"
    define_auth_challenge          = "${local.function}:define"
    create_auth_challenge          = "${local.function}:create"
    verify_auth_challenge_response = "${local.function}:verify"
    pre_token_generation_config {
      lambda_arn     = "${local.function}:tokens"
      lambda_version = "V2_0"
    }
  }
}

# Nothing but a name.
resource "aws_cognito_user_pool" "plain" {
  name = "plain"
}

resource "aws_cognito_user_pool" "by_email" {
  name                = "by email"
  username_attributes = ["email"]

  sign_in_policy {
    allowed_first_auth_factors = ["PASSWORD", "WEB_AUTHN"]
  }

  web_authn_configuration {
    relying_party_id  = "example.com"
    user_verification = var.changed ? "preferred" : "required"
  }
}

resource "aws_cognito_user_pool_client" "web" {
  user_pool_id                                  = aws_cognito_user_pool.people.id
  name                                          = var.changed ? "web app" : "web"
  generate_secret                               = true
  access_token_validity                         = 30
  id_token_validity                             = 30
  refresh_token_validity                        = var.changed ? 10 : 5
  auth_session_validity                         = 5
  allowed_oauth_flows                           = ["code"]
  allowed_oauth_flows_user_pool_client          = true
  allowed_oauth_scopes                          = concat(["openid", "email"], aws_cognito_resource_server.files.scope_identifiers)
  callback_urls                                 = var.changed ? ["https://app.example.com/in", "https://app.example.com/new"] : ["https://app.example.com/in"]
  default_redirect_uri                          = "https://app.example.com/in"
  logout_urls                                   = ["https://app.example.com/out"]
  enable_propagate_additional_user_context_data = true
  enable_token_revocation                       = true
  explicit_auth_flows                           = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"]
  prevent_user_existence_errors                 = "ENABLED"
  read_attributes                               = ["email", "custom:team"]
  write_attributes                              = var.changed ? ["email", "custom:team"] : ["email"]
  supported_identity_providers = [
    "COGNITO",
    aws_cognito_identity_provider.oidc.provider_name,
    aws_cognito_identity_provider.saml.provider_name,
  ]

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 10
  }

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

resource "aws_cognito_user_pool_client" "bare" {
  user_pool_id = aws_cognito_user_pool.plain.id
  name         = "bare"
}

resource "aws_cognito_user_pool_client" "measured" {
  user_pool_id = aws_cognito_user_pool.plain.id
  name         = "measured"

  analytics_configuration {
    application_id   = "7b8a6b1e1f1e4b1b8f2a4b7c1d2e3f40"
    external_id      = "measured"
    role_arn         = "${local.role}/analytics"
    user_data_shared = var.changed
  }
}

# A client that another hand has made is taken over.
resource "aws_cognito_managed_user_pool_client" "bare" {
  user_pool_id                  = aws_cognito_user_pool.plain.id
  name_pattern                  = "^${aws_cognito_user_pool_client.bare.name}$"
  prevent_user_existence_errors = "LEGACY"
  depends_on                    = [aws_cognito_user_pool_client.bare]

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_cognito_resource_server" "files" {
  user_pool_id = aws_cognito_user_pool.people.id
  identifier   = "https://files.example.com"
  name         = "files"

  scope {
    scope_name        = "read"
    scope_description = "Read files"
  }
  scope {
    scope_name        = "write"
    scope_description = var.changed ? "Write and delete files" : "Write files"
  }
}

resource "aws_cognito_identity_provider" "oidc" {
  user_pool_id    = aws_cognito_user_pool.people.id
  provider_name   = "corp"
  provider_type   = "OIDC"
  idp_identifiers = ["corp.example.com"]

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }

  provider_details = {
    attributes_request_method     = "GET"
    attributes_url                = "https://corp.example.com/userinfo"
    attributes_url_add_attributes = "false"
    authorize_scopes              = var.changed ? "openid email profile" : "openid email"
    authorize_url                 = "https://corp.example.com/authorize"
    client_id                     = "people"
    client_secret                 = "secret"
    jwks_uri                      = "https://corp.example.com/jwks"
    oidc_issuer                   = "https://corp.example.com"
    token_url                     = "https://corp.example.com/token"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id  = aws_cognito_user_pool.people.id
  provider_name = "Google"
  provider_type = "Google"

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }

  provider_details = {
    attributes_url                = "https://people.googleapis.com/v1/people/me?personFields="
    attributes_url_add_attributes = "true"
    authorize_scopes              = "openid email"
    authorize_url                 = "https://accounts.google.com/o/oauth2/v2/auth"
    client_id                     = "people.apps.googleusercontent.com"
    client_secret                 = "secret"
    oidc_issuer                   = "https://accounts.google.com"
    token_request_method          = "POST"
    token_url                     = "https://www.googleapis.com/oauth2/v4/token"
  }
}

resource "aws_cognito_identity_provider" "saml" {
  user_pool_id  = aws_cognito_user_pool.people.id
  provider_name = "campus"
  provider_type = "SAML"

  attribute_mapping = {
    email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
  }

  provider_details = {
    MetadataFile          = file("${path.module}/saml-metadata.xml")
    SSORedirectBindingURI = "https://campus.example.com/sso"
  }

  lifecycle {
    # The service adds what only it knows; the provider's documentation does the same.
    ignore_changes = [provider_details["ActiveEncryptionCertificate"]]
  }
}

resource "aws_cognito_user_group" "staff" {
  user_pool_id = aws_cognito_user_pool.people.id
  name         = "staff"
  description  = var.changed ? "Those who work here" : "Staff"
  precedence   = var.changed ? 7 : 5
  role_arn     = "${local.role}/staff"
}

resource "aws_cognito_user" "ann" {
  user_pool_id   = aws_cognito_user_pool.people.id
  username       = "ann"
  enabled        = !var.changed
  message_action = "SUPPRESS"
  password       = "Correct-horse-battery-1"

  attributes = {
    email          = "ann@example.com"
    email_verified = "true"
    team           = var.changed ? "red" : "blue"
  }
}

resource "aws_cognito_user" "invited" {
  user_pool_id             = aws_cognito_user_pool.by_email.id
  username                 = "bob@example.com"
  desired_delivery_mediums = ["EMAIL"]
  temporary_password       = "Correct-horse-battery-1"

  attributes = {
    email = "bob@example.com"
  }
}

resource "aws_cognito_user_in_group" "ann" {
  user_pool_id = aws_cognito_user_pool.people.id
  group_name   = aws_cognito_user_group.staff.name
  username     = aws_cognito_user.ann.username
}

resource "aws_cognito_user_pool_domain" "prefix" {
  user_pool_id          = aws_cognito_user_pool.people.id
  domain                = "people-of-terraform"
  managed_login_version = var.changed ? 2 : 1
}

resource "aws_cognito_user_pool_domain" "own" {
  user_pool_id    = aws_cognito_user_pool.plain.id
  domain          = "login.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/${var.changed ? "b2" : "a1"}"
}

resource "aws_cognito_user_pool_ui_customization" "every_client" {
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  css          = ".label-customizable {font-weight: ${var.changed ? 700 : 400};}"
  image_file   = filebase64("${path.module}/logo.png")
}

resource "aws_cognito_user_pool_ui_customization" "web" {
  user_pool_id = aws_cognito_user_pool_domain.prefix.user_pool_id
  client_id    = aws_cognito_user_pool_client.web.id
  css          = ".label-customizable {font-weight: 500;}"
}

resource "aws_cognito_risk_configuration" "people" {
  user_pool_id = aws_cognito_user_pool.people.id

  account_takeover_risk_configuration {
    actions {
      low_action {
        event_action = "NO_ACTION"
        notify       = var.changed
      }
      medium_action {
        event_action = "MFA_IF_CONFIGURED"
        notify       = true
      }
      high_action {
        event_action = "BLOCK"
        notify       = true
      }
    }
    notify_configuration {
      from       = "people@example.com"
      reply_to   = "reply@example.com"
      source_arn = "arn:aws:ses:us-east-1:000000000000:identity/example.com"
      block_email {
        subject   = "Blocked"
        html_body = "<p>Blocked</p>"
        text_body = "Blocked"
      }
      mfa_email {
        subject   = "A code"
        html_body = "<p>A code</p>"
        text_body = "A code"
      }
      no_action_email {
        subject   = "New sign-in"
        html_body = "<p>New sign-in</p>"
        text_body = "New sign-in"
      }
    }
  }

  compromised_credentials_risk_configuration {
    event_filter = ["SIGN_IN", "PASSWORD_CHANGE"]
    actions {
      event_action = var.changed ? "NO_ACTION" : "BLOCK"
    }
  }

  risk_exception_configuration {
    blocked_ip_range_list = ["192.0.2.0/24"]
    skipped_ip_range_list = ["198.51.100.7/32"]
  }
}

resource "aws_cognito_risk_configuration" "plain" {
  user_pool_id = aws_cognito_user_pool.plain.id
  client_id    = aws_cognito_user_pool_client.measured.id

  risk_exception_configuration {
    blocked_ip_range_list = ["203.0.113.0/24"]
  }
}

data "aws_cognito_user_pool" "people" {
  user_pool_id = aws_cognito_user_pool.people.id
}

data "aws_cognito_user_pools" "people" {
  name       = aws_cognito_user_pool.people.name
  depends_on = [aws_cognito_user_pool.people]
}

data "aws_cognito_user_pool_client" "web" {
  user_pool_id = aws_cognito_user_pool.people.id
  client_id    = aws_cognito_user_pool_client.web.id
}

data "aws_cognito_user_pool_clients" "people" {
  user_pool_id = aws_cognito_user_pool.people.id
  depends_on   = [aws_cognito_user_pool_client.web]
}

data "aws_cognito_user_pool_signing_certificate" "people" {
  user_pool_id = aws_cognito_user_pool.people.id
}

data "aws_cognito_user_group" "staff" {
  user_pool_id = aws_cognito_user_pool.people.id
  name         = aws_cognito_user_group.staff.name
}

data "aws_cognito_user_groups" "people" {
  user_pool_id = aws_cognito_user_pool.people.id

  # Each provider of a pool has a group of its users.
  depends_on = [
    aws_cognito_user_group.staff,
    aws_cognito_identity_provider.google,
    aws_cognito_identity_provider.oidc,
    aws_cognito_identity_provider.saml,
  ]
}

output "seen" {
  value = {
    pool        = data.aws_cognito_user_pool.people.name
    pools       = data.aws_cognito_user_pools.people.ids
    client      = data.aws_cognito_user_pool_client.web.name
    clients     = data.aws_cognito_user_pool_clients.people.client_ids
    certificate = data.aws_cognito_user_pool_signing_certificate.people.certificate
    group       = data.aws_cognito_user_group.staff.description
    groups      = data.aws_cognito_user_groups.people.groups[*].group_name
  }
}

output "pool_id" {
  value = aws_cognito_user_pool.people.id
}
