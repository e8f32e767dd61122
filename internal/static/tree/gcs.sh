# Upload the tree to Google Cloud Storage: sh upload/gcs.sh gs://BUCKET
# This script was not tried against Cloud Storage. Run `winpolicy doctor` on the URL of the bundle afterwards.
set -eu
to=${1:?write the bucket: gs://BUCKET}
cd "$(dirname "$0")/../public"

# The bundles under their digests first, and then what agents ask for.
gcloud storage cp bundles/[0-9a-f]*.tar.gz "$to/bundles/" \
  --content-type=application/gzip --cache-control='public, max-age=31536000, immutable, no-transform'
gcloud storage cp bundles/windows*.tar.gz "$to/bundles/" \
  --content-type=application/gzip --cache-control='no-cache, no-transform'
