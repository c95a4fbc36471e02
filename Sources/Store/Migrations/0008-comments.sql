-- What everything in schema confirmd means.
SET LOCAL ROLE confirmd_owner;
