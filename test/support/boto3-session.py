"""One session with boto3, told on standard output as JSON: what each call answered, or the error it raised."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

given = json.loads(sys.argv[1])
config = Config(retries={"max_attempts": 0})


def client(service):
    return boto3.client(service, endpoint_url=given["endpoint"], config=config)


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    return None


cognito, connect, sqs = client("cognito-idp"), client("connect"), client("sqs")
agent = {"InstanceId": given["instanceId"], "UserId": given["agentId"]}
told = {}

cognito.admin_update_user_attributes(
    UserPoolId=given["userPoolId"],
    Username=given["username"],
    UserAttributes=[{"Name": "given_name", "Value": "Boto"}, {"Name": "custom:CustomAttr1", "Value": "Purple"}],
    ClientMetadata={"source": "boto3"},
)
told["pool user"] = cognito.admin_get_user(UserPoolId=given["userPoolId"], Username=given["username"])["UserAttributes"]

connect.update_user_identity_info(
    **agent,
    IdentityInfo={
        "FirstName": "Boto",
        "LastName": "Three",
        "Email": "boto@example.com",
        "SecondaryEmail": "boto@example.org",
        "Mobile": "+4915112345678",
    },
)
told["identity"] = connect.describe_user(**agent)["User"]["IdentityInfo"]
told["errors"] = [
    error_of(connect.update_user_identity_info, **{**agent, "UserId": "missing"}, IdentityInfo={"FirstName": "A", "LastName": "B"}),
    error_of(connect.update_user_identity_info, **agent, IdentityInfo={"FirstName": "A" * 300, "LastName": "B"}),
    error_of(connect.update_user_identity_info, **agent, IdentityInfo={"FirstName": "A"}),
    error_of(cognito.admin_get_user, UserPoolId=given["userPoolId"], Username="missing"),
    error_of(sqs.get_queue_url, QueueName="nowhere"),
]

queue = sqs.create_queue(QueueName="boto.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
for body in ("one", "two"):
    sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
entries = [{"Id": str(index), "ReceiptHandle": one["ReceiptHandle"]} for index, one in enumerate(messages)]
told["received"] = [one["Body"] for one in messages]
told["deleted"] = len(sqs.delete_message_batch(QueueUrl=queue, Entries=entries)["Successful"])

stacks = client("cloudformation").describe_stacks()["Stacks"]
told["stacks"] = [[stack["StackName"], stack["StackStatus"]] for stack in stacks]
invoked = client("lambda").invoke(FunctionName=given["function"], Payload=b'{"triggerSource":"other"}')
told["invoked"] = [invoked["StatusCode"], json.loads(invoked["Payload"].read())]
print(json.dumps(told))
