<#
.SYNOPSIS
App roles of Microsoft Graph that a managed identity (or an app) has by Microsoft Entra.

.DESCRIPTION
  Install-Module Microsoft.Graph.Applications
  Connect-MgGraph -Scopes AppRoleAssignment.ReadWrite.All, Application.Read.All
A role that is granted here holds for EVERY mailbox of the tenant, also where Exchange's RBAC for Applications allows only
some: mail and calendars belong there (exchangeScope.ps1). Tasks have no narrower way than Tasks.ReadWrite.All.

.PARAMETER PrincipalId
APP_PRINCIPAL_ID of `azd env get-values`.
.EXAMPLE
./graphAppRole.ps1 list -PrincipalId …
.EXAMPLE
./graphAppRole.ps1 grant -PrincipalId … -Role Tasks.ReadWrite.All
#>
[CmdletBinding(SupportsShouldProcess)]
param(
  [Parameter(Mandatory, Position = 0)][ValidateSet('list', 'grant', 'revoke')][string]$Action,
  [Parameter(Mandatory)][guid]$PrincipalId,
  [string]$Role
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Microsoft Graph has this application id in every tenant and cloud
$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$assigned = @(Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId "$PrincipalId" -All | Where-Object { $_.ResourceId -eq $graph.Id })

if ($Action -eq 'list') {
  foreach ($assignment in $assigned) {
    $name = ($graph.AppRoles | Where-Object { $_.Id -eq $assignment.AppRoleId }).Value
    if ($name -match '^(Mail|Calendars)\.') { Write-Output "${name}: opens every mailbox of the tenant, whatever Exchange's scope says" }
    else { Write-Output $name }
  }
  return
}

$wanted = $graph.AppRoles | Where-Object { $_.Value -eq $Role -and $_.AllowedMemberTypes -contains 'Application' }
if (-not $wanted) { throw "Microsoft Graph has no application role $Role." }
$has = $assigned | Where-Object { $_.AppRoleId -eq $wanted.Id }
if ($Action -eq 'grant' -and -not $has) {
  if ($PSCmdlet.ShouldProcess("$PrincipalId", "Grant $Role for the whole tenant")) {
    New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId "$PrincipalId" -PrincipalId "$PrincipalId" -ResourceId $graph.Id -AppRoleId $wanted.Id | Out-Null
    Write-Output "Granted $Role. It takes up to an hour until a new token has it."
  }
} elseif ($Action -eq 'revoke' -and $has) {
  if ($PSCmdlet.ShouldProcess("$PrincipalId", "Revoke $Role")) {
    Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId "$PrincipalId" -AppRoleAssignmentId $has.Id
    Write-Output "Revoked $Role."
  }
} else {
  Write-Output 'Nothing to do.'
}
