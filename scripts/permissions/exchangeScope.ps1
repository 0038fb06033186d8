<#
.SYNOPSIS
Lets the app into some mailboxes and no others, by Exchange's RBAC for Applications.

.DESCRIPTION
Run by an Exchange administrator, again and again if you like: what is there is left alone.
  Install-Module ExchangeOnlineManagement; Connect-ExchangeOnline
Traps:
- It is a union with Microsoft Entra: where Mail.ReadWrite or Calendars.ReadWrite was also consented to there, every
  mailbox is open, whatever Exchange says. graphAppRole.sh and graphAppRole.ps1 list what Entra grants.
- Groups are read flat: members of a group in the group are outside.
- A change works after 30 minutes to 2 hours. Until then the app gets 403 ErrorAccessDenied, while
  Test-ServicePrincipalAuthorization, which does not use the cache, already says True.
- There is no role for tasks: To Do with an app is every mailbox (Tasks.ReadWrite.All in Entra), or not at all.

.PARAMETER AppId
Client id of the app or of its managed identity: APP_CLIENT_ID of `azd env get-values`.
.PARAMETER ObjectId
Object id of the enterprise application (the service principal), never of the app registration. For a managed identity its
principal id: APP_PRINCIPAL_ID.
.PARAMETER RecipientFilter
Which mailboxes, as a recipient filter. Not needed with -Group.
.PARAMETER Group
A group whose direct members are the mailboxes. Its distinguished name is looked up now; run the script again after the
group was renamed.
.PARAMETER Send
Also Mail.Send: for SEND_ENABLED.
.PARAMETER NoCalendar
Without Calendars.ReadWrite: events are then refused.
.PARAMETER Allowed
A mailbox that must be inside.
.PARAMETER Forbidden
A mailbox that must be outside.

.EXAMPLE
./exchangeScope.ps1 -AppId … -ObjectId … -RecipientFilter "CustomAttribute15 -eq 'BlobToOutlook'" -Allowed megan@contoso.com -Forbidden ceo@contoso.com
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Filter')]
param(
  [Parameter(Mandatory)][guid]$AppId,
  [Parameter(Mandatory)][guid]$ObjectId,
  [Parameter(Mandatory, ParameterSetName = 'Filter')][string]$RecipientFilter,
  [Parameter(Mandatory, ParameterSetName = 'Group')][string]$Group,
  [string]$Name = 'BlobToOutlook',
  [switch]$Send,
  [switch]$NoCalendar,
  [string]$Allowed,
  [string]$Forbidden
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Group) {
  $found = Get-Group -Identity $Group
  $RecipientFilter = "MemberOfGroup -eq '$($found.DistinguishedName -replace "'", "''")'"
}

if (-not (Get-ServicePrincipal | Where-Object { $_.AppId -eq "$AppId" })) {
  if ($PSCmdlet.ShouldProcess("$AppId", 'Make the app known to Exchange')) {
    New-ServicePrincipal -AppId "$AppId" -ObjectId "$ObjectId" -DisplayName $Name | Out-Null
  }
}

$scope = Get-ManagementScope | Where-Object { $_.Name -eq $Name }
if (-not $scope) {
  if ($PSCmdlet.ShouldProcess($Name, "Make the scope: $RecipientFilter")) {
    New-ManagementScope -Name $Name -RecipientRestrictionFilter $RecipientFilter | Out-Null
  }
} elseif ($scope.RecipientFilter -ne $RecipientFilter) {
  if ($PSCmdlet.ShouldProcess($Name, "Change the scope from '$($scope.RecipientFilter)' to '$RecipientFilter'")) {
    Set-ManagementScope -Identity $Name -RecipientRestrictionFilter $RecipientFilter
  }
}

$roles = @('Application Mail.ReadWrite')
if (-not $NoCalendar) { $roles += 'Application Calendars.ReadWrite' }
if ($Send) { $roles += 'Application Mail.Send' }
foreach ($role in $roles) {
  $assignment = "$Name $($role -replace '^Application ', '')"
  if (Get-ManagementRoleAssignment | Where-Object { $_.Name -eq $assignment }) { continue }
  if ($PSCmdlet.ShouldProcess($assignment, 'Assign the role within the scope')) {
    New-ManagementRoleAssignment -Name $assignment -App "$AppId" -Role $role -CustomResourceScope $Name | Out-Null
  }
}

function Test-Mailbox([string]$Mailbox, [bool]$Inside) {
  # a role may be assigned more than once: one that reaches the mailbox opens it
  $reached = @(Test-ServicePrincipalAuthorization -Identity "$AppId" -Resource $Mailbox |
      Where-Object { "$($_.InScope)" -eq 'True' } | ForEach-Object { $_.RoleName })
  if ($Inside) {
    $without = @($roles | Where-Object { $reached -notcontains $_ })
    if ($without) { throw "$Mailbox should be open to the app, but is outside the scope for: $($without -join ', ')." }
  } elseif ($reached) {
    throw "$Mailbox should be closed to the app, but is open for: $($reached -join ', ')."
  }
  Write-Output "$Mailbox is $(if ($Inside) { 'open' } else { 'closed' }) to the app, as it should be."
}
if ($Allowed -and -not $WhatIfPreference) { Test-Mailbox $Allowed $true }
if ($Forbidden -and -not $WhatIfPreference) { Test-Mailbox $Forbidden $false }
Write-Output 'It works after 30 minutes to 2 hours. Then check it from outside: node scripts/permissions/checkMailboxScope.mjs, or npm run doctor.'
