/* How the daemons of a lane, the database and a consumer of the outbox work together, as a model for the checker spin
 * (https://spinroot.com): in whatever order things happen, nothing is booked twice, nothing is lost, and the consumer ends with
 * what the database has. `check` runs it, and again without one of the guards at a time (NO_WATCH and so on), which has to
 * fail.
 *
 * There are two databases: the primary, and a standby that at some moment stops following it. A failover makes the standby
 * the primary, without the commits that it lacks; the old one may be started again, and daemons and the consumer may be led
 * to either. One failover passes one timeline, so that an incarnation is the next number. Two daemons want the lane. Each
 * block pays one address, which is registered at some time; a step connects a block, disconnects one, or registers the
 * address and books what the blocks up to the cursor paid. A step travels in a message that may be lost or come late, and
 * its answer may be lost. Daemons may die at any time and start again.
 *
 * Where this is in the code: the database's side in Store/Functions (acquire_lane, commit_step, lineage, incarnation), the
 * daemon's in Watcher and Store/Lineage.swift, the consumer's in the README (the reader's rule). The epoch has no variant of
 * its own that fails: behind it stand the step and the cursor. It spares a daemon that has lost its lease from going on. */

/* The scope; `check` gives other ones.
 * BLOCKS: height of the chain. STEPS: how many are committed one after the other. EPOCHS: how often the lane is taken, in all.
 * SLOTS: messages under way. LATE: they may come late. FAILOVER, CONSUMER: there is one. WATCHED: the address is registered. */
#ifndef BLOCKS
#define BLOCKS 2
#endif
#ifndef STEPS
#define STEPS 4
#endif
#ifndef EPOCHS
#define EPOCHS 3
#endif
#ifndef SLOTS
#define SLOTS 2
#endif

#ifndef NO_EPOCH
#define EPOCH(x) (slot[x].epoch == db[slot[x].at].epoch)
#else
#define EPOCH(x) true
#endif
#ifndef NO_STEP
#define STEP(x) (slot[x].step == db[slot[x].at].step)
#else
#define STEP(x) true
#endif
#ifndef NO_TIP
#define TIP(x) (slot[x].tip == db[slot[x].at].tip)
#else
#define TIP(x) true
#endif
#ifndef NO_WATCH
#define WATCH(x) (slot[x].watch == db[slot[x].at].watch)
#else
#define WATCH(x) true
#endif

/* The last is the end of the scope. */
#define FITS(x) (EPOCH(x) && STEP(x) && TIP(x) && WATCH(x) && db[slot[x].at].step < STEPS)

/* Whether database d is behind what daemon m has seen: `confirmd_data.lineage`. */
#ifndef NO_LINEAGE
#define BEHIND(d, m) (db[d].incarnation < seen[m].incarnation || \
    (db[d].incarnation == seen[m].incarnation && db[d].timeline < seen[m].timeline))
#else
#define BEHIND(d, m) false
#endif

mtype = { connect, disconnect, register }
mtype = { unused, sent, lost, done, stale, refused }

typedef Database {
    byte epoch; byte step; byte tip; byte watch;
    byte booked;                /* a bit for each block whose payment is in the ledger */
    byte position;              /* the last one given out */
    byte incarnation; byte first[3];    /* and where each began */
    byte timeline;              /* the server's */
    byte written;               /* and the one that wrote the last event */
    byte event[STEPS + 1];  /* a block; negative where its booking is taken back: 8 is added */
}

/* Where a database stands. */
typedef Place { byte incarnation; byte position; byte timeline }

typedef Message {
    mtype state; byte at; byte from; mtype kind;
    byte epoch; byte step; byte tip; byte watch;
    Place answer;
}

Database db[2];
Place seen[2];
Message slot[SLOTS];
byte primary = 0;
bool copied = false;
bool failedOver = false;
byte d, m, b;           /* of whatever is done in one go */
byte taken = 0;
byte ended = 0;
byte furthest[2];       /* the newest timeline that a daemon has heard of since it lives */

#define reachable(d) (d == primary || failedOver)
#define bit(b) (1 << (b - 1))

/* A daemon hears where a database stands. */
inline note(m, place) {
    if
    :: place.incarnation > seen[m].incarnation ->
        seen[m].incarnation = place.incarnation; seen[m].position = place.position; seen[m].timeline = place.timeline
    :: place.incarnation == seen[m].incarnation ->
        if :: place.position > seen[m].position -> seen[m].position = place.position :: else fi;
        if :: place.timeline > seen[m].timeline -> seen[m].timeline = place.timeline :: else fi
    :: else
    fi;
    if :: place.timeline > furthest[m] -> furthest[m] = place.timeline :: else fi
}

/* Writes an event, and begins an incarnation before where commits may be gone: `confirmd_data.incarnation`. */
inline write(d, m, e) {
#ifndef NO_INCARNATION
    if
    :: db[d].written != db[d].timeline || (db[d].incarnation == seen[m].incarnation && db[d].position < seen[m].position) ->
        db[d].incarnation++;
        db[d].first[db[d].incarnation] = db[d].position + 1
    :: else
    fi;
#endif
    db[d].written = db[d].timeline;
    db[d].position++;
    db[d].event[db[d].position] = e
}

/* Nothing of an old message makes two states of one. */
inline release(x) {
    slot[x].state = unused; slot[x].at = 0; slot[x].from = 0; slot[x].kind = 0;
    slot[x].epoch = 0; slot[x].step = 0; slot[x].tip = 0; slot[x].watch = 0;
    slot[x].answer.incarnation = 0; slot[x].answer.position = 0; slot[x].answer.timeline = 0
}

/* What a message led to, where somebody still waits for it. */
inline answered(x, outcome) {
    if
    :: slot[x].state == lost -> release(x)
    :: else -> slot[x].state = outcome
    fi
}

/* The one write: `confirmd.commit_step`. */
inline execute(x) {
    d = slot[x].at; m = slot[x].from;
    if
    :: BEHIND(d, m) -> answered(x, refused)
    :: !BEHIND(d, m) && !FITS(x) -> answered(x, stale)
    :: !BEHIND(d, m) && FITS(x) ->
        assert(db[d].timeline >= furthest[m]);  /* never back on a primary that was given up */
        if
        :: slot[x].kind == connect ->
            db[d].tip++;
            if
            :: slot[x].watch == 1 ->
                assert(!(db[d].booked & bit(db[d].tip)));     /* never twice */
                db[d].booked = db[d].booked | bit(db[d].tip);
                write(d, m, db[d].tip)
            :: else
            fi
        :: slot[x].kind == disconnect ->
            if
            :: db[d].booked & bit(db[d].tip) ->
                db[d].booked = db[d].booked & ~bit(db[d].tip);
                write(d, m, db[d].tip + 8)
            :: else
            fi;
            db[d].tip--
        :: slot[x].kind == register ->
            db[d].watch = 1;
            b = 1;
            do
            :: b <= slot[x].tip ->
                assert(!(db[d].booked & bit(b)));
                db[d].booked = db[d].booked | bit(b);
                write(d, m, b);
                b++
            :: else -> break
            od
        fi;
        db[d].step++;
        /* Never lost: what is watched is booked, block by block, and nothing else is. */
        assert(db[d].booked == (db[d].watch == 1 -> (1 << db[d].tip) - 1 : 0));
        slot[x].answer.incarnation = db[d].incarnation; slot[x].answer.position = db[d].position;
        slot[x].answer.timeline = db[d].timeline;
        answered(x, done)
    fi;
    d = 0; m = 0; b = 0
}

/* Carries messages, copies to the standby, fails over: whatever is not a daemon's or the consumer's own will. */
proctype World() {
end:
    do
#ifdef LATE
    :: d_step { slot[0].state == sent || slot[0].state == lost -> execute(0) }
    :: d_step { slot[1].state == sent || slot[1].state == lost -> execute(1) }
#if SLOTS > 2
    :: d_step { slot[2].state == sent || slot[2].state == lost -> execute(2) }
    :: d_step { slot[2].state == lost -> release(2) }
#endif
    /* A message that nobody waits for any more never arrives. */
    :: d_step { slot[0].state == lost -> release(0) }
    :: d_step { slot[1].state == lost -> release(1) }
#endif
#ifdef FAILOVER
    /* The last that reaches the standby. */
    :: d_step { !copied && ended < 2 ->
        copied = true;
        db[1].epoch = db[0].epoch; db[1].step = db[0].step; db[1].tip = db[0].tip; db[1].watch = db[0].watch;
        db[1].booked = db[0].booked; db[1].position = db[0].position; db[1].incarnation = db[0].incarnation;
        db[1].first[1] = db[0].first[1]; db[1].first[2] = db[0].first[2];
        db[1].timeline = 2; db[1].written = db[0].written;
        b = 1;
        do
        :: b <= STEPS -> db[1].event[b] = db[0].event[b]; b++
        :: else -> break
        od;
        b = 0 }
    :: d_step { copied && !failedOver && ended < 2 -> failedOver = true; primary = 1 }
#endif
    od
}

inline forget() {
    d_step {
        x = 0; at = 0; epoch = 0; step = 0; tip = 0; watch = 0; matched = 0; kind = 0;
        seen[me].incarnation = 0; seen[me].position = 0; seen[me].timeline = 0; furthest[me] = 0
    }
}

inline send(k, w) {
    d_step {
        x = 0;
        do
        :: x < SLOTS && slot[x].state != unused -> x++
        :: else -> break
        od;
        if
        :: x < SLOTS ->
            kind = k;
            slot[x].at = at; slot[x].from = me; slot[x].kind = k;
            slot[x].epoch = epoch; slot[x].step = step; slot[x].tip = tip; slot[x].watch = w;
            slot[x].state = sent
        :: else
        fi
    }
}

/* The step took effect: where the lane stands now. */
inline advance() {
    step++;
    if
    :: kind == connect -> tip++
    :: kind == disconnect -> tip--
    :: kind == register -> watch = 1
    fi;
    matched = 0; x = 0; kind = 0
}

proctype Daemon(byte me) {
    byte x, at, epoch, step, tip, watch;
    byte matched = 0;       /* the next block is here, and was matched while so many addresses were watched: 1 more than that */
    mtype kind;

take:
    atomic {
        if
        :: taken < EPOCHS ->
            taken++;
            if :: reachable(0) -> at = 0 :: reachable(1) -> at = 1 fi;
            if
            :: BEHIND(at, me) -> goto take
            :: else
            fi;
            x = 0; kind = 0;
            db[at].epoch++;
            epoch = db[at].epoch; step = db[at].step; tip = db[at].tip; watch = db[at].watch; matched = 0;
            note(me, db[at])
        :: else -> goto stop
        fi
    }
work:
    if
    :: goto stop
    :: matched == 0 && tip < BLOCKS -> matched = watch + 1;
#ifdef WATCHED
        if :: step < STEPS -> send(connect, watch) :: else -> goto work fi
#else
        goto work
#endif
    :: matched > 0 && step < STEPS -> send(connect, matched - 1)
    :: tip > 0 && step < STEPS -> send(disconnect, watch)
    :: watch == 0 && step < STEPS -> send(register, watch)
    fi;
    if :: x == SLOTS -> goto work :: else fi;
#ifndef LATE
    /* It arrives at once, or never. */
    if :: d_step { execute(x) } :: skip fi;
#endif
    if
    :: d_step { slot[x].state == done -> note(me, slot[x].answer); release(x);
        if
        :: kind == register ->
            /* The block that was matched before stays: it carries the number that it was matched at. */
            step++; watch = 1
        :: else -> advance()
        fi;
        x = 0; kind = 0 }
        goto work
    :: d_step { slot[x].state == stale -> release(x) }
        if
        /* Matched at a lower number: match again, where the lane is else where it was. */
        :: matched > 0 && kind == connect && matched - 1 < watch && reachable(at) -> 
            atomic {
                if
                :: db[at].epoch == epoch && db[at].step == step -> matched = watch + 1; goto work
                :: else -> goto take
                fi
            }
        :: else -> goto take
        fi
    :: d_step { slot[x].state == refused -> release(x) } goto take
    :: d_step { slot[x].state == sent || slot[x].state == done || slot[x].state == stale || slot[x].state == refused ->
        /* The connection is gone, and with it the answer. */
#ifdef LATE
        if :: slot[x].state == sent -> slot[x].state = lost :: else -> release(x) fi }
#else
        release(x) }
#endif
        goto look
    fi;
look:
    /* What has become of it: by the lane's row, on whatever database this process is led to now. */
    atomic {
        if :: reachable(0) -> at = 0 :: reachable(1) -> at = 1 fi;
        if
        :: BEHIND(at, me) || db[at].epoch != epoch -> goto take
        :: else
        fi;
        if
        :: db[at].step == step && db[at].tip == tip && db[at].watch == watch -> x = 0; kind = 0; goto work
        :: db[at].step == step + 1 &&
            db[at].tip == (kind == connect -> tip + 1 : (kind == disconnect -> tip - 1 : tip)) &&
            db[at].watch == (kind == register -> 1 : watch) -> advance()
        :: else -> goto take
        fi
    }
    goto work;
stop:
    if
    :: forget(); if :: taken < EPOCHS -> goto take :: skip fi
    :: skip
    fi;
    d_step { forget(); ended++ }
}

#ifdef CONSUMER
/* The reader's rule of the README. */
proctype Consumer() {
    byte at, mine = 1, last, mask, e, first, i;
    byte applied[STEPS + 1];

end:
    do
    :: atomic {
        if :: reachable(0) && (ended < 2 || primary == 0) -> at = 0 :: reachable(1) && (ended < 2 || primary == 1) -> at = 1 fi;
        e = (last < db[at].position -> db[at].event[last + 1] : 0) }
        /* Time passes between the two reads. */
        d_step {
#ifndef NO_OLD
        if
        :: db[at].incarnation < mine -> e = 0     /* an old database: stop */
        :: else
        fi;
#endif
#ifndef NO_BACK
        if
        :: db[at].incarnation > mine ->
            i = mine + 1; first = db[at].first[i];
            do
            :: i < db[at].incarnation -> i++; if :: db[at].first[i] < first -> first = db[at].first[i] :: else fi
            :: else -> break
            od;
            mine = db[at].incarnation; e = 0;
            do
            :: last > 0 && last > first - 1 ->
                mask = (applied[last] > 8 -> mask | bit(applied[last] - 8) : mask & ~bit(applied[last]));
                applied[last] = 0; last--
            :: else -> break
            od
        :: else
        fi;
#endif
        if
        :: e > 8 -> assert(mask & bit(e - 8)); mask = mask & ~bit(e - 8)
        :: e > 0 && e < 8 -> assert(!(mask & bit(e))); mask = mask | bit(e)
        :: else
        fi;
        if :: e > 0 -> last++; applied[last] = e :: else fi;
        e = 0; i = 0; first = 0
        }
    /* Nothing is under way and all was read: the consumer has what the database has, once an event was written there. */
    :: atomic { ended == 2 && slot[0].state == unused && slot[1].state == unused &&
#ifndef NO_BACK
        mine == db[primary].incarnation &&
#endif
        last >= db[primary].position &&
        db[primary].written == db[primary].timeline ->
        assert(last == db[primary].position && mask == db[primary].booked) }
        break
    od
}
#endif

init {
    atomic {
        db[0].incarnation = 1; db[0].first[1] = 1; db[0].timeline = 1; db[0].written = 1;
#ifdef WATCHED
        db[0].watch = 1;
#endif
        slot[0].state = unused; slot[1].state = unused;
#if SLOTS > 2
        slot[2].state = unused;
#endif
        run World(); run Daemon(0); run Daemon(1);
#ifdef CONSUMER
        run Consumer()
#endif
    }
}
