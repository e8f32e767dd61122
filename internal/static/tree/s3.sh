# Upload the tree to Amazon S3: sh upload/s3.sh s3://BUCKET
# This script was not tried against S3. Run `winpolicy doctor` on the URL of the bundle afterwards.
set -eu
to=${1:?write the bucket: s3://BUCKET}
cd "$(dirname "$0")/../public"

# The bundles under their digests first, and then what agents ask for.
aws s3 cp bundles/ "$to/bundles/" --recursive --exclude 'windows*' \
  --content-type application/gzip --cache-control 'public, max-age=31536000, immutable, no-transform'
aws s3 cp bundles/ "$to/bundles/" --recursive --exclude '*' --include 'windows*.tar.gz' \
  --content-type application/gzip --cache-control 'no-cache, no-transform'
