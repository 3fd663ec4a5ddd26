import os
import subprocess
import sys
from datetime import timedelta

import boto3
import pytest
from poolhouse_pytest import PoolhouseError, start_poolhouse

POOL = "us-east-1_pytest0001"
CLIENT = "pytestclient000000000001"


@pytest.fixture(scope="session")
def poolhouse_seed():
    return {
        "pools": [
            {
                "Id": POOL,
                "PoolName": "pytest",
                "AutoVerifiedAttributes": ["email"],
                "Clients": [{"ClientId": CLIENT, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}],
                "Users": [{"Username": "ann", "Password": "Correct-horse-1"}],
            }
        ]
    }


@pytest.fixture
def cognito(fresh_poolhouse):
    return boto3.client("cognito-idp", **fresh_poolhouse.boto3)


def sign_in(cognito):
    return cognito.initiate_auth(
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Correct-horse-1"},
    )["AuthenticationResult"]["AccessToken"]


def test_the_seed_is_there(cognito):
    assert cognito.get_user(AccessToken=sign_in(cognito))["Username"] == "ann"


def test_a_code_is_read_from_the_inbox(cognito, poolhouse):
    cognito.sign_up(
        ClientId=CLIENT,
        Username="bob",
        Password="Correct-horse-1",
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    code = poolhouse.inbox.wait_for("bob@example.com")["code"]
    cognito.confirm_sign_up(ClientId=CLIENT, Username="bob", ConfirmationCode=code)
    poolhouse.inbox.clear()
    with pytest.raises(PoolhouseError, match="No message to bob@example.com came within"):
        poolhouse.inbox.wait_for("bob@example.com", timeout=0.1)


def test_the_clock_ends_a_token(cognito, poolhouse):
    token = sign_in(cognito)
    before = poolhouse.clock.now()
    poolhouse.clock.advance(timedelta(hours=2))
    assert poolhouse.clock.now() - before >= timedelta(hours=2)
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.get_user(AccessToken=token)
    poolhouse.clock.reset()
    cognito.get_user(AccessToken=token)


def test_a_call_fails_on_demand(cognito, poolhouse):
    poolhouse.fail("GetUser", type="InternalErrorException", times=10)
    token = sign_in(cognito)
    with pytest.raises(cognito.exceptions.InternalErrorException):
        cognito.get_user(AccessToken=token)
    poolhouse.clear_failures()
    cognito.get_user(AccessToken=token)
    with pytest.raises(PoolhouseError, match="did you mean GetUser"):
        poolhouse.fail("GetUsr", type="X")


def test_a_reset_goes_back_to_the_seed(cognito, poolhouse):
    cognito.create_user_pool(PoolName="another")
    poolhouse.reset()
    assert [pool["Id"] for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]] == [POOL]


def test_a_start_that_is_refused_says_why(monkeypatch):
    monkeypatch.delenv("POOLHOUSE_URL", raising=False)
    with pytest.raises(PoolhouseError, match="POOLHOUSE_REGION"):
        start_poolhouse({"POOLHOUSE_REGION": "nowhere"})


def test_a_server_that_runs_already_is_taken(poolhouse):
    code = "from poolhouse_pytest import start_poolhouse; print(start_poolhouse().clock.now().year)"
    environment = {**os.environ, "POOLHOUSE_URL": poolhouse.url}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(said.stdout) >= 2024
