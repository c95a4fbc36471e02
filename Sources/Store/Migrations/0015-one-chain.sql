-- A chain is followed under one name: under two, a payment would count twice. Networks of an installation that has some from
-- before stay as they are; publish_network refuses them until one is retired.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.network ADD COLUMN shares_chain boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN confirmd_data.network.shares_chain IS 'It was introduced when two networks could still be the same chain, and is not the first one of its chain.';
UPDATE confirmd_data.network n SET shares_chain = true
WHERE EXISTS (
    SELECT FROM confirmd_data.network other
    WHERE (other.family, other.chain) = (n.family, n.chain)
      AND (other.state = 'retired', other.network) < (n.state = 'retired', n.network));
CREATE UNIQUE INDEX network_chain ON confirmd_data.network (family, chain) WHERE NOT shares_chain;
COMMENT ON INDEX confirmd_data.network_chain IS 'One network for each chain, for ever.';
