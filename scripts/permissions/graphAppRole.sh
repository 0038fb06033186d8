#!/bin/sh
# App roles of Microsoft Graph that a managed identity (or an app) has by Microsoft Entra, with the Azure CLI.
#   graphAppRole.sh list   PRINCIPAL_ID
#   graphAppRole.sh grant  PRINCIPAL_ID ROLE     for example Tasks.ReadWrite.All: To Do knows no narrower way
#   graphAppRole.sh revoke PRINCIPAL_ID ROLE
# PRINCIPAL_ID: APP_PRINCIPAL_ID of `azd env get-values`. A role that is granted here holds for EVERY mailbox of the tenant,
# also where Exchange's RBAC for Applications allows only some: mail and calendars belong there (exchangeScope.ps1).
set -eu

usage() {
  echo 'Usage: graphAppRole.sh list|grant|revoke PRINCIPAL_ID [ROLE]' >&2
  exit 2
}
[ $# -ge 2 ] || usage
action=$1 principal=$2 role=${3:-}
graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
graph=${graph%/}/v1.0
# the service principal of Microsoft Graph has this application id in every tenant and cloud
resource="$graph/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
assigned="$graph/servicePrincipals/$principal/appRoleAssignments"

role_id() {
  az rest --method get --uri "$resource?\$select=appRoles" --output tsv \
    --query "appRoles[?value=='$role' && contains(allowedMemberTypes, 'Application')].id | [0]"
}
assignment_id() { # of the role with this id, or nothing
  az rest --method get --uri "$assigned" --output tsv --query "value[?appRoleId=='$1'].id | [0]"
}

case $action in
  list)
    for id in $(az rest --method get --uri "$assigned" --query 'value[].appRoleId' --output tsv); do
      name=$(az rest --method get --uri "$resource?\$select=appRoles" --query "appRoles[?id=='$id'].value | [0]" --output tsv)
      case $name in
        Mail.* | Calendars.*) echo "$name: opens every mailbox of the tenant, whatever Exchange's scope says" ;;
        *) echo "${name:-$id}" ;;
      esac
    done
    ;;
  grant | revoke)
    [ -n "$role" ] || usage
    id=$(role_id)
    [ -n "$id" ] || { echo "Microsoft Graph has no application role $role." >&2; exit 1; }
    assignment=$(assignment_id "$id")
    if [ "$action" = grant ] && [ -z "$assignment" ]; then
      graph_id=$(az rest --method get --uri "$resource?\$select=id" --query id --output tsv)
      az rest --method post --uri "$assigned" --headers Content-Type=application/json --output none \
        --body "{\"principalId\":\"$principal\",\"resourceId\":\"$graph_id\",\"appRoleId\":\"$id\"}"
      echo "Granted $role. It takes up to an hour until a new token has it."
    elif [ "$action" = revoke ] && [ -n "$assignment" ]; then
      az rest --method delete --uri "$assigned/$assignment" --output none
      echo "Revoked $role."
    else
      echo 'Nothing to do.'
    fi
    ;;
  *) usage ;;
esac
