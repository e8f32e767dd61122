# Upload the tree to Azure Blob Storage: sh upload/azure.sh ACCOUNT CONTAINER
# This script was not tried against Blob Storage. Run `winpolicy doctor` on the URL of the bundle afterwards.
set -eu
account=${1:?write the storage account and the container}
container=${2:?write the storage account and the container}
cd "$(dirname "$0")/../public"

# The bundles under their digests first, and then what agents ask for. --content-type keeps the tool from
# guessing, because it may also guess a Content-Encoding, which agents cannot read.
az storage blob upload-batch --account-name "$account" --destination "$container" --destination-path bundles --source bundles \
  --pattern '[0-9a-f]*.tar.gz' --overwrite \
  --content-type application/gzip --content-cache-control 'public, max-age=31536000, immutable, no-transform'
az storage blob upload-batch --account-name "$account" --destination "$container" --destination-path bundles --source bundles \
  --pattern 'windows*.tar.gz' --overwrite \
  --content-type application/gzip --content-cache-control 'no-cache, no-transform'
