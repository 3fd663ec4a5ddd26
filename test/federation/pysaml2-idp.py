"""A SAML identity provider on pysaml2, with a login page: `pysaml2-idp.py PORT KEY CERTIFICATE SP_METADATA`."""
import shutil
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import verify_redirect_signature

port, key, certificate, sp_metadata = sys.argv[1:]
base = f'http://127.0.0.1:{port}'
config = IdPConfig().load({
    'entityid': f'{base}/metadata',
    'service': {'idp': {
        'endpoints': {
            'single_sign_on_service': [(f'{base}/sso', BINDING_HTTP_REDIRECT)],
            'single_logout_service': [(f'{base}/slo', BINDING_HTTP_REDIRECT)],
        },
        'policy': {'default': {
            'lifetime': {'minutes': 5},
            'attribute_restrictions': None,
            'name_form': 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
        }},
    }},
    'key_file': key,
    'cert_file': certificate,
    'encryption_keypairs': [],
    'xmlsec_binary': shutil.which('xmlsec1'),
    'metadata': {'local': [sp_metadata]},
})
idp = Server(config=config)


def signed(query, request):
    """The request, if it is signed by the service that it says it is of."""
    parts = {name: query[name] for name in ('SAMLRequest', 'RelayState', 'SigAlg', 'Signature')}
    certificates = idp.metadata.certs(request.message.issuer.text, 'spsso', 'signing')
    if not any(verify_redirect_signature(parts, idp.sec.sec_backend, one[1] if isinstance(one, tuple) else one) for one in certificates):
        raise ValueError('The signature is not valid')
    return request


class Handler(BaseHTTPRequestHandler):
    def page(self, body, kind='text/html; charset=utf-8'):
        content = str(body).encode()
        self.send_response(200)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        path = urlparse(self.path)
        if path.path == '/metadata':
            return self.page(entity_descriptor(config), 'application/samlmetadata+xml')
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        if path.path == '/sso':
            self.read(query)
            hidden = ''.join(
                f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
            )
            return self.page(f'<form method="post" action="/sso"><label>User <input name="user"></label>{hidden}<button>Sign in</button></form>')
        if path.path == '/slo':
            request = signed(query, idp.parse_logout_request(query['SAMLRequest'], BINDING_HTTP_REDIRECT))
            response = idp.create_logout_response(request.message, [BINDING_HTTP_POST], sign=True)
            destination = idp.response_args(request.message, [BINDING_HTTP_POST])['destination']
            form = idp.apply_binding(BINDING_HTTP_POST, str(response), destination, query['RelayState'], response=True)
            return self.page(form['data'])
        self.send_error(404)

    def do_POST(self):
        length = int(self.headers['Content-Length'])
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        request = self.read(form)
        args = idp.response_args(request.message)
        response = idp.create_authn_response(
            {'mail': [f'{form["user"]}@corp.example'], 'displayName': [form['user'].title()]},
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=form['user']),
            authn={'class_ref': PASSWORD, 'authn_auth': base},
            sign_assertion=True,
            sign_response=True,
            **{name: args[name] for name in ('in_response_to', 'destination', 'sp_entity_id')},
        )
        reply = idp.apply_binding(BINDING_HTTP_POST, str(response), args['destination'], form['RelayState'], response=True)
        self.page(reply['data'])

    def read(self, query):
        return signed(query, idp.parse_authn_request(query['SAMLRequest'], BINDING_HTTP_REDIRECT))

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(('127.0.0.1', int(port)), Handler)
print('ready', flush=True)
server.serve_forever()
