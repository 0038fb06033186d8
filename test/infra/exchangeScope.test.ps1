# Runs exchangeScope.ps1 against an Exchange that is only variables, and prints what happened there.
param([string]$Script)
$global:known = @(); $global:scopes = @(); $global:roles = @()
function global:Get-ServicePrincipal { $global:known }
function global:New-ServicePrincipal {
  param($AppId, $ObjectId, $DisplayName)
  [Console]::WriteLine("app $ObjectId"); $global:known += [pscustomobject]@{ AppId = $AppId }
}
function global:Get-ManagementScope { $global:scopes }
function global:New-ManagementScope {
  param($Name, $RecipientRestrictionFilter)
  [Console]::WriteLine("scope $RecipientRestrictionFilter")
  $global:scopes += [pscustomobject]@{ Name = $Name; RecipientFilter = $RecipientRestrictionFilter }
}
function global:Set-ManagementScope {
  param($Identity, $RecipientRestrictionFilter)
  [Console]::WriteLine("changed $RecipientRestrictionFilter")
}
function global:Get-ManagementRoleAssignment { $global:roles }
function global:New-ManagementRoleAssignment {
  param($Name, $App, $Role, $CustomResourceScope)
  [Console]::WriteLine("role $Role in $CustomResourceScope")
  $global:roles += [pscustomobject]@{ Name = $Name; Role = $Role }
}
function global:Get-Group { param($Identity) [pscustomobject]@{ DistinguishedName = "CN=O'Brien,DC=x" } }
function global:Test-ServicePrincipalAuthorization {
  param($Identity, $Resource)
  foreach ($each in $global:roles) { [pscustomobject]@{ RoleName = $each.Role; InScope = "$($Resource -eq 'in@x')" } }
}

$who = @{ AppId = '00000000-0000-0000-0000-00000000000a'; ObjectId = '00000000-0000-0000-0000-00000000000b' }
$filter = @{ RecipientFilter = "CustomAttribute15 -eq 'B'"; Send = $true }
function Step([string]$Name, [scriptblock]$Work) {
  [Console]::WriteLine("== $Name")
  try { & $Work | Where-Object { $_ -notlike 'It works after*' } | ForEach-Object { [Console]::WriteLine($_) } }
  catch { [Console]::WriteLine("thrown: $_") }
}
Step 'only looking' { & $Script @who @filter -WhatIf -Allowed in@x }
Step 'first' { & $Script @who @filter -Allowed in@x -Forbidden out@x }
Step 'again' { & $Script @who @filter -Allowed in@x -Forbidden out@x }
Step 'a group' { & $Script @who -Group sales }
Step 'open' { & $Script @who @filter -Forbidden in@x }
Step 'closed' { & $Script @who -NoCalendar @filter -Allowed out@x }
