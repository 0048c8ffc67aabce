/* The event loop of fleetcraft.simulate once more, in C11: the same tables, agenda, streams and order of events.

   The bench makes records.h of the product's own record classes and hands over the tables of the product's own world, so
   that nothing of the model is stated here, only how it is played; the same keys give the same years. Left out is what
   the Patrol model never comes to (hull losses, stand-downs, looks at contacts); whether it is due is asked all the
   same. Functions stand under the name of the module that has them in Python. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

enum { ABSENT, READY, OUTBOUND, ON_STATION, INBOUND, WAITING, QUEUED, IN_REPAIR, IN_SERVICE, LOST };
enum { RUNNING, DONE, TRAIL_FULL, PATH_FULL, CONTACTS_FULL, LOG_FULL, TOO_MANY_EVENTS };
enum { AIR, SURFACE, UNDERWATER };
enum { FAILURE, REPAIR, LOSS, CRAFT_STREAMS };
#define NOBODY (-1)
#define CLASSES 10
#define MONTHS 12
#define LIGHT_WIND_KN 15.0
#define STRONG_WIND_KN 25.0

typedef double Rates[3];  /* by wind band */
typedef double Point[3];  /* of a trail: moment, integral, rate until the next */

/* One replication's tables, and how long they are. Those of the world itself are const. */
typedef struct {
    Clock *clock;
    Node *agenda;
    Node *contact_agenda;
    Craft *crafts;
    Row *rows;
    Pool *pools;
    double *ready;
    Area *areas;
    const Sea *seas;
    const Month *months;
    Spell *paths;
    Type *types;
    Presence *presences;
    Series *series;
    Detection *detections;
    Contacts *contacts;
    Node *waits;
    Contact *present;
    Queue *queues;
    const double *delays_h;
    const Rates *rates;
    Point *trails;
    const uint64_t *names;
    uint64_t *streams;
    double path_until_h;
    int64_t leaves, contact_leaves, craft_count, row_count, pool_count, ready_count, area_count, climate_count, type_count;
    int64_t presence_count, series_count, detection_count, contacts_count, slots, stages, stream_count;
    int64_t spells, trail_points;
} Play;

/* random.py */

#define GOLDEN 0x9E3779B97F4A7C15ull
#define LAYERS 256

static double edge[LAYERS + 1], height[LAYERS + 1], width[LAYERS];

static void make_ziggurat(void) {
    double low = 7.0, high = 8.0;
    for (;;) {
        double middle = (low + high) / 2, area = (middle + 1.0) * exp(-middle), top = 0.0;
        int n = 2;
        edge[0] = middle + 1.0;
        edge[1] = middle;
        while (n < LAYERS && top < 1.0) {
            top = exp(-edge[n - 1]) + area / edge[n - 1];
            edge[n++] = -log(fmin(top, 1.0));
        }
        if (middle == low || middle == high) break;
        top = exp(-edge[n - 1]) + area / fmax(edge[n - 1], area);
        if (top > 1.0)
            low = middle;
        else
            high = middle;
    }
    edge[LAYERS] = 0.0;
    for (int i = 0; i <= LAYERS; i++) height[i] = exp(-edge[i]);
    for (int i = 0; i < LAYERS; i++) width[i] = edge[i] * 0x1p-52;
}

static inline uint64_t mix64(uint64_t word) {
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ull;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBull;
    return word ^ (word >> 31);
}

static inline double uniform(Play *p, int64_t i) {
    return ((double)(mix64(p->streams[i] += GOLDEN) >> 12) + 0.5) * 0x1p-52;
}

static inline double exponential(Play *p, int64_t i, double mean) {
    double beyond = 0.0, x;
    for (;;) {
        uint64_t word = mix64(p->streams[i] += GOLDEN);
        int layer = (int)(word & (LAYERS - 1));
        x = ((double)(word >> 12) + 0.5) * width[layer];
        if (x < edge[layer + 1]) break;
        if (layer == 0)
            beyond += edge[1];
        else if (height[layer] + uniform(p, i) * (height[layer + 1] - height[layer]) < exp(-x))
            break;
    }
    return mean * (beyond + x);
}

static inline double draw_h(Play *p, int64_t craft, int kind, double mean_h) {
    return exponential(p, CRAFT_STREAMS * craft + kind, mean_h);
}

/* agenda.py */

static inline uint64_t bits(double moment_h) {
    uint64_t word;
    memcpy(&word, &moment_h, sizeof word);
    return word;
}

static void clear(Node *agenda, int64_t leaves) {
    for (int64_t node = 0; node < 2 * leaves; node++)
        agenda[node] = (Node){.due_h = INFINITY, .entity = node < leaves ? 0 : node - leaves};
}

static void settle_all(Node *agenda, int64_t leaves) {
    for (int64_t node = leaves - 1; node > 0; node--) {
        Node left = agenda[2 * node], right = agenda[2 * node + 1];
        agenda[node] = left.due_h <= right.due_h ? left : right;
    }
}

/* Moments are never negative, so their bits order like they do; as one wide number (due time, entity) the match needs
   no branch, which the compiler would otherwise make of it. */
static inline void schedule(Node *agenda, int64_t leaves, int64_t entity, double due_h) {
    int64_t node = leaves + entity;
    agenda[node].due_h = due_h;
    uint64_t due = bits(due_h), subject = (uint64_t)entity;
    while (node > 1) {
        const Node *rival = &agenda[node ^ 1];
        uint64_t rival_due = bits(rival->due_h), rival_subject = (uint64_t)rival->entity;
        unsigned __int128 mine = (unsigned __int128)due << 64 | subject;
        unsigned __int128 other = (unsigned __int128)rival_due << 64 | rival_subject;
        uint64_t loses = -(uint64_t)(other < mine);
        due ^= (due ^ rival_due) & loses;
        subject ^= (subject ^ rival_subject) & loses;
        node >>= 1;
        memcpy(&agenda[node].due_h, &due, sizeof due);
        agenda[node].entity = (int64_t)subject;
    }
}

/* sortie.py */

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }

static inline double in_window_h(const Clock *clock, double start_h, double end_h) {
    return most(least(end_h, clock->window_end_h) - most(start_h, clock->window_start_h), 0.0);
}

static inline double planned_h(const Row *row) { return 2.0 * row->transit_h + row->station_h; }

static inline double account_h(const Craft *craft, const Row *row, double now_h) {
    return least(craft->account_h + row->accrual_h_per_h * (now_h - craft->account_read_h), row->account_cap_h);
}

static inline void book(Craft *craft, const Row *row, double now_h, double hours) {
    craft->account_h = least(account_h(craft, row, now_h) + hours, row->account_cap_h);
    craft->account_read_h = now_h;
}

static inline double needed_h(const Row *row) { return least(planned_h(row), row->account_cap_h); }

static inline double next_due_h(const Craft *craft) {
    double sortie_h = least(least(craft->fails_h, craft->lost_h), least(craft->relief_due_h, craft->look_ends_h));
    return least(craft->phase_ends_h, sortie_h);
}

static void launch(Craft *craft, Row *row, double now_h) {
    craft->phase = OUTBOUND;
    craft->launched_h = now_h;
    craft->phase_ends_h = now_h + row->transit_h;
    craft->relief_due_h = now_h + row->station_h;
    craft->fails_h = now_h + craft->hours_to_failure;
    craft->lost_h = now_h + craft->hours_to_loss;
    book(craft, row, now_h, -planned_h(row));
    row->covering++;
}

static void arrive(Craft *craft, Row *row) {
    craft->phase = ON_STATION;
    craft->phase_ends_h = craft->launched_h + row->transit_h + row->station_h;
    row->on_station++;
}

static void stop_covering(Craft *craft, Row *row) {
    if (craft->relief_due_h < INFINITY) {
        craft->relief_due_h = INFINITY;
        row->covering--;
    }
}

static void stop_looking(Craft *craft, Row *row) {
    if (craft->look_ends_h < INFINITY) {
        craft->look_ends_h = INFINITY;
        row->looking--;
    }
}

static void turn_home(Craft *craft, Row *row, double now_h) {
    if (craft->phase == OUTBOUND) {
        craft->phase_ends_h = now_h + (now_h - craft->launched_h);
    } else {
        craft->phase_ends_h = now_h + row->transit_h;
        row->on_station--;
        stop_looking(craft, row);
    }
    craft->phase = INBOUND;
    stop_covering(craft, row);
}

static void fail(Craft *craft, Row *row, double now_h) {
    craft->failed = true;
    craft->fails_h = INFINITY;
    if (craft->phase != INBOUND) turn_home(craft, row, now_h);
}

static void come_home(Craft *craft, Row *row, const Clock *clock) {
    double hours = clock->now_h - craft->launched_h;
    row->operating_total_h += in_window_h(clock, craft->launched_h, clock->now_h);
    book(craft, row, clock->now_h, planned_h(row) - hours);
    craft->hours_since_maintenance += hours;
    craft->hours_to_failure = craft->fails_h - clock->now_h;
    craft->hours_to_loss = craft->lost_h - clock->now_h;
    craft->fails_h = INFINITY;
    craft->lost_h = INFINITY;
    craft->phase_ends_h = INFINITY;
}

/* log.py */

static inline void settle(Play *p, int64_t c) { schedule(p->agenda, p->leaves, c, next_due_h(&p->crafts[c])); }

/* ready.py */

static inline void set_leaf(double *ready, const Row *row, int64_t c, double fullness_h) {
    double *tree = ready + row->ready_root;
    int64_t node = row->ready_leaves + c - row->first_craft;
    tree[node] = fullness_h;
    while (node > 1) {
        node >>= 1;
        tree[node] = most(tree[2 * node], tree[2 * node + 1]);
    }
}

static void join_ready(Play *p, int64_t c, Row *row) {
    const Craft *craft = &p->crafts[c];
    row->ready++;
    set_leaf(p->ready, row, c, craft->account_h - row->accrual_h_per_h * craft->account_read_h);
}

static void leave_ready(Play *p, int64_t c, Row *row) {
    row->ready--;
    set_leaf(p->ready, row, c, -INFINITY);
}

static int64_t fullest_account(const Play *p, const Row *row, double now_h) {
    const double *tree = p->ready + row->ready_root;
    double full = least(tree[1], row->account_cap_h - row->accrual_h_per_h * now_h);
    int64_t node = 1;
    while (node < row->ready_leaves) {
        node *= 2;
        node += tree[node] < full;
    }
    return row->first_craft + node - row->ready_leaves;
}

/* base.py */

static void serve(Craft *craft, Row *row, const Clock *clock) {
    craft->phase = IN_SERVICE;
    double ends_h = clock->now_h;
    if (craft->hours_since_maintenance >= row->maintenance_interval_h) {
        double blocks = floor(craft->hours_since_maintenance / row->maintenance_interval_h);
        craft->hours_since_maintenance -= blocks * row->maintenance_interval_h;
        ends_h += blocks * row->maintenance_h;
        row->down_total_h += in_window_h(clock, clock->now_h, ends_h);
    }
    double missing_h = needed_h(row) - account_h(craft, row, clock->now_h);
    craft->phase_ends_h = most(ends_h + row->turnaround_h, clock->now_h + missing_h / row->accrual_h_per_h);
}

static void start_repair(Play *p, int64_t c) {
    Craft *craft = &p->crafts[c];
    Row *row = &p->rows[craft->row];
    craft->phase = IN_REPAIR;
    craft->phase_ends_h = p->clock->now_h + draw_h(p, c, REPAIR, row->mean_repair_h);
    row->down_total_h += in_window_h(p->clock, craft->down_since_h, craft->phase_ends_h);
    settle(p, c);
}

static void await_repair(Play *p, int64_t c, Pool *pool) {
    Craft *craft = &p->crafts[c];
    craft->down_since_h = p->clock->now_h;
    if (pool->crews_free > 0) {
        pool->crews_free--;
        start_repair(p, c);
        return;
    }
    craft->phase = QUEUED;
    craft->next_in_queue = NOBODY;
    if (pool->first == NOBODY)
        pool->first = c;
    else
        p->crafts[pool->last].next_in_queue = c;
    pool->last = c;
}

static void wait_at_sea(Play *p, int64_t c, Row *row) {
    p->crafts[c].phase = WAITING;
    p->crafts[c].next_in_queue = NOBODY;
    if (row->first_waiting == NOBODY)
        row->first_waiting = c;
    else
        p->crafts[row->last_waiting].next_in_queue = c;
    row->last_waiting = c;
}

static void recover(Play *p, int64_t c) {
    Craft *craft = &p->crafts[c];
    Row *row = &p->rows[craft->row];
    if (!row->recoverable) {
        wait_at_sea(p, c, row);
    } else if (craft->failed) {
        await_repair(p, c, &p->pools[row->pool]);
    } else {
        serve(craft, row, p->clock);
    }
}

static void end_repair(Play *p, int64_t c) {
    Craft *craft = &p->crafts[c];
    Row *row = &p->rows[craft->row];
    Pool *pool = &p->pools[row->pool];
    craft->failed = false;
    craft->hours_to_failure = draw_h(p, c, FAILURE, row->mean_h_to_failure);
    serve(craft, row, p->clock);
    if (pool->first == NOBODY) {
        pool->crews_free++;
    } else {
        int64_t following = pool->first;
        pool->first = p->crafts[following].next_in_queue;
        start_repair(p, following);
    }
}

static void bring_in_waiting(Play *p, Row *row) {
    int64_t c = row->first_waiting;
    row->first_waiting = NOBODY;
    while (c != NOBODY) {
        int64_t following = p->crafts[c].next_in_queue;
        recover(p, c);
        settle(p, c);
        c = following;
    }
}

static void become_ready(Play *p, int64_t c, Row *row) {
    p->crafts[c].phase = READY;
    p->crafts[c].phase_ends_h = INFINITY;
    join_ready(p, c, row);
}

static void enter_service(Play *p, int64_t c, double usable_h) {
    Craft *craft = &p->crafts[c];
    const Row *row = &p->rows[craft->row];
    craft->phase = ABSENT;
    craft->phase_ends_h = usable_h;
    craft->relief_due_h = INFINITY;
    craft->look_ends_h = INFINITY;
    craft->fails_h = INFINITY;
    craft->lost_h = INFINITY;
    craft->failed = false;
    craft->hours_to_failure = draw_h(p, c, FAILURE, row->mean_h_to_failure);
    craft->hours_to_loss = draw_h(p, c, LOSS, row->mean_h_to_loss);
    craft->hours_since_maintenance = 0.0;
    craft->account_h = needed_h(row);
    craft->account_read_h = usable_h;
    craft->in_row_since_h = usable_h;
}

/* dispatch.py */

static inline bool may_launch(const Row *row, double now_h) {
    return now_h <= row->launchable_until_h && !row->grounded;
}

static inline void dispatch(Play *p, Row *row) {
    double now_h = p->clock->now_h;
    while (row->covering < row->stations && row->ready > 0 && may_launch(row, now_h)) {
        int64_t c = fullest_account(p, row, now_h);
        leave_ready(p, c, row);
        launch(&p->crafts[c], row, now_h);
        settle(p, c);
    }
}

/* watch.py */

static inline int64_t count_row(Row *row, const Clock *clock) {
    double hours = in_window_h(clock, row->counted_h, clock->now_h);
    row->station_total_h += (double)row->counted_on_station * hours;
    row->seeing_total_h += (double)row->counted_seeing * hours;
    row->looking_total_h += (double)row->counted_looking * hours;
    row->counted_h = clock->now_h;
    row->counted_on_station = row->on_station;
    row->counted_seeing = row->sees ? row->on_station : 0;
    row->counted_looking = row->sees ? row->looking : 0;
    int64_t more = row->counted_seeing - row->counted_looking - row->counted_searching;
    row->counted_searching += more;
    return more;
}

static inline void add_searching(Area *area, int64_t domain, int64_t more) {
    if (domain == AIR)
        area->air += more;
    else if (domain == SURFACE)
        area->surface += more;
    else
        area->underwater += more;
}

static inline void judge_presences(Play *p, const Area *area) {
    for (int64_t i = area->first_presence; i < area->end_presence; i++) {
        Presence *presence = &p->presences[i];
        bool met = area->air >= presence->air && area->surface >= presence->surface &&
                   area->underwater >= presence->underwater;
        if (presence->met && !met)
            presence->met_total_h += in_window_h(p->clock, presence->met_since_h, p->clock->now_h);
        else if (met && !presence->met)
            presence->met_since_h = p->clock->now_h;
        presence->met = met;
    }
}

static inline void advance(Play *p, Area *area) {
    const Clock *clock = p->clock;
    double hours = most(clock->now_h - most(area->counted_h, clock->watch_start_h), 0.0);
    if (hours > 0) {
        double window_h = in_window_h(clock, area->counted_h, clock->now_h);
        for (int64_t s = area->first_series; s < area->end_series; s++) {
            Series *series = &p->series[s];
            series->integral += series->rate_per_h * hours;
            series->window_integral += series->rate_per_h * window_h;
        }
    }
    area->counted_h = clock->now_h;
}

static void mark(Play *p, int64_t s) {
    Series *series = &p->series[s];
    Point *trail = p->trails + s * p->trail_points;
    int64_t last = series->points - 1;
    if (trail[last][0] == p->clock->now_h) return;
    if (series->points == p->trail_points) {
        p->clock->status = TRAIL_FULL;
        return;
    }
    trail[last][2] = series->rate_per_h;
    trail[series->points][0] = p->clock->now_h;
    trail[series->points][1] = series->integral;
    series->points++;
}

static inline void set_rate(Play *p, int64_t s, double rate_per_h) {
    if (p->series[s].recorded && p->clock->now_h > p->clock->watch_start_h) mark(p, s);
    p->series[s].rate_per_h = rate_per_h;
}

static inline void count(Play *p, Area *area, Row *row) {
    int64_t more = count_row(row, p->clock);
    if (more == 0) return;
    advance(p, area);
    add_searching(area, row->domain, more);
    judge_presences(p, area);
    for (int64_t s = area->first_series; s < area->end_series; s++) {
        double rate_per_h = p->rates[row->first_rate + s - area->first_series][area->wind_band];
        if (rate_per_h > 0) set_rate(p, s, p->series[s].rate_per_h + (double)more * rate_per_h);
    }
}

static void count_all(Play *p, Area *area) {
    advance(p, area);
    for (int64_t r = area->first_row; r < area->end_row; r++)
        add_searching(area, p->rows[r].domain, count_row(&p->rows[r], p->clock));
    judge_presences(p, area);
    for (int64_t s = area->first_series; s < area->end_series; s++) {
        double rate_per_h = 0.0;
        for (int64_t r = area->first_row; r < area->end_row; r++) {
            const Row *row = &p->rows[r];
            if (row->counted_searching > 0)
                rate_per_h += (double)row->counted_searching *
                              p->rates[row->first_rate + s - area->first_series][area->wind_band];
        }
        if (rate_per_h != p->series[s].rate_per_h) set_rate(p, s, rate_per_h);
    }
}

/* weather.py */

static inline const Sea *sea_of(const Play *p, int64_t climate, int64_t of_year, int64_t sea_state) {
    return &p->seas[(climate * MONTHS + of_year) * CLASSES + sea_state];
}

static int64_t existing_class(const Play *p, int64_t climate, int64_t of_year, int64_t sea_state) {
    while (sea_state > 0 && sea_of(p, climate, of_year, sea_state)->share <= 0) sea_state--;
    while (sea_of(p, climate, of_year, sea_state)->share <= 0) sea_state++;
    return sea_state;
}

static int64_t first_class(const Play *p, int64_t climate, int64_t of_year, double quantile) {
    int64_t sea_state = CLASSES - 1;
    while (sea_state > 0 && quantile < sea_of(p, climate, of_year, sea_state)->share_below) sea_state--;
    return existing_class(p, climate, of_year, sea_state);
}

static double wind_kn(const Sea *sea, double quantile_in_class) {
    double quantile = sea->share_below + quantile_in_class * sea->share;
    return sea->wind_scale_kn * pow(-log1p(-quantile), 1.0 / sea->wind_k);
}

static bool draw_path(Play *p, Spell *path, int64_t climate, int64_t stream) {
    int64_t month = 0;
    int64_t sea_state = first_class(p, climate, p->months[0].of_year, uniform(p, stream));
    double quantile = uniform(p, stream), starts_h = 0.0;
    for (int64_t i = 0; i < p->spells; i++) {
        const Sea *sea = sea_of(p, climate, p->months[month].of_year, sea_state);
        path[i] = (Spell){.starts_h = starts_h, .sea_state = sea_state, .wind_kn = wind_kn(sea, quantile)};
        if (starts_h > p->path_until_h) {
            path[i].starts_h = INFINITY;
            return true;
        }
        double rate_per_h = sea->lower_rate_per_h + sea->upper_rate_per_h;
        double ends_h = starts_h + exponential(p, stream, 1.0 / rate_per_h);
        int64_t following;
        if (ends_h < p->months[month + 1].starts_h) {
            bool goes_down = uniform(p, stream) * rate_per_h < sea->lower_rate_per_h;
            starts_h = ends_h;
            following = goes_down ? sea->lower : sea->upper;
        } else {
            month++;
            starts_h = p->months[month].starts_h;
            following = starts_h < INFINITY ? existing_class(p, climate, p->months[month].of_year, sea_state) : 0;
        }
        if (following != sea_state) {
            sea_state = following;
            quantile = uniform(p, stream);
        }
    }
    return false;
}

static bool can_launch(const Row *row, const Spell *spell) {
    return spell->sea_state <= row->launch_sea_state && spell->wind_kn <= row->launch_wind_kn;
}

static double launchable_until_h(const Play *p, const Row *row, const Spell *path, int64_t present) {
    if (!can_launch(row, &path[present])) return -INFINITY;
    int64_t closes = present + 1;
    while (closes < p->spells && path[closes].starts_h - path[present + 1].starts_h <= row->weather_window_h) {
        if (!can_launch(row, &path[closes])) return path[closes].starts_h - row->weather_window_h;
        closes++;
    }
    return INFINITY;
}

static void feel(Play *p, Area *area, const Spell *path) {
    const Spell *spell = &path[area->spell];
    area->wind_band = (spell->wind_kn > LIGHT_WIND_KN) + (spell->wind_kn > STRONG_WIND_KN);
    for (int64_t r = area->first_row; r < area->end_row; r++) {
        Row *row = &p->rows[r];
        row->launchable_until_h = launchable_until_h(p, row, path, area->spell);
        row->recoverable = spell->sea_state <= row->recover_sea_state && spell->wind_kn <= row->launch_wind_kn;
        row->sees = spell->sea_state <= row->operate_sea_state && spell->wind_kn <= row->operate_wind_kn;
    }
}

/* contacts.py */

static inline double integral_now(const Play *p, const Area *area, const Series *series) {
    const Clock *clock = p->clock;
    return series->integral +
           series->rate_per_h * most(clock->now_h - most(area->counted_h, clock->watch_start_h), 0.0);
}

static inline void foresee_find(const Play *p, Contacts *contacts, const Node *waits, const Area *area) {
    const Series *series = &p->series[contacts->series];
    contacts->next_found_h = INFINITY;
    if (waits[1].due_h < INFINITY && series->rate_per_h > 0) {
        double counted_h = most(area->counted_h, p->clock->watch_start_h);
        double found_h = counted_h + (waits[1].due_h - series->integral) / series->rate_per_h;
        contacts->next_found_h = most(found_h, p->clock->now_h);
    }
}

static inline void come_in(Play *p, Contacts *contacts, Node *waits, Contact *all_present, const Area *area) {
    int64_t slot = contacts->arrived & (p->slots - 1);
    Contact *present = &all_present[slot];
    double now_h = p->clock->now_h;
    if (waits[p->slots + slot].due_h < INFINITY && present->arrived_h + contacts->present_h > now_h) {
        p->clock->status = CONTACTS_FULL;
        return;
    }
    present->arrived_h = now_h;
    present->counts_h = now_h;
    double found_at = integral_now(p, area, &p->series[contacts->series]) + exponential(p, contacts->stream, 1.0);
    schedule(waits, p->slots, slot, found_at);
    contacts->arrived++;
}

static inline double next_target_h(Play *p, const Contacts *contacts, double after_h) {
    double next_h = after_h + exponential(p, contacts->stream, contacts->mean_h_to_target);
    return next_h < p->clock->window_end_h ? next_h : INFINITY;
}

static inline void target_comes_in(Play *p, Contacts *contacts, Node *waits, Contact *present, const Area *area) {
    come_in(p, contacts, waits, present, area);
    for (int64_t d = contacts->first_detection; d < contacts->end_detection; d++) p->detections[d].arrivals++;
    if (contacts->first_identification < contacts->end_identification) abort();
    contacts->next_target_h = next_target_h(p, contacts, p->clock->now_h);
}

static inline void be_found(Play *p, const Contacts *contacts, Node *waits, const Contact *present) {
    int64_t slot = waits[1].entity;
    schedule(waits, p->slots, slot, INFINITY);
    const Contact *contact = &present[slot];
    double now_h = p->clock->now_h;
    if (contact->arrived_h + contacts->present_h < now_h) return;
    for (int64_t d = contacts->first_detection; d < contacts->end_detection; d++)
        p->detections[d].found += now_h - contact->counts_h <= p->detections[d].tau_h;
}

static void catch_up(Play *p, const Area *area) {
    Clock *clock = p->clock;
    double now_h = clock->now_h;
    for (int64_t k = area->first_contacts; k < area->end_contacts; k++) {
        Contacts *contacts = &p->contacts[k];
        if (contacts->offered) continue;
        Node *waits = p->waits + k * 2 * p->slots;
        Contact *present = p->present + k * p->slots;
        clock->now_h = most(area->counted_h, clock->watch_start_h);
        foresee_find(p, contacts, waits, area);
        while (least(contacts->next_target_h, contacts->next_found_h) <= now_h && clock->status == RUNNING) {
            clock->events++;
            if (contacts->next_found_h <= contacts->next_target_h) {
                clock->now_h = contacts->next_found_h;
                be_found(p, contacts, waits, present);
            } else {
                clock->now_h = contacts->next_target_h;
                target_comes_in(p, contacts, waits, present, area);
            }
            foresee_find(p, contacts, waits, area);
        }
    }
    clock->now_h = now_h;
}

static inline void reschedule_contacts(Play *p, const Area *area) {
    for (int64_t k = area->first_contacts; k < area->end_contacts; k++)
        if (p->contacts[k].offered) abort();
}

/* targets.py */

static inline int64_t segment_at(const Point *trail, int64_t segment, double moment_h) {
    while (trail[segment + 1][0] < moment_h) segment++;
    return segment;
}

static inline double integral_at(const Point *trail, int64_t segment, double moment_h) {
    return trail[segment][1] + trail[segment][2] * (moment_h - trail[segment][0]);
}

static void sweep(Play *p, Detection *detection) {
    const Point *trail = p->trails + detection->series * p->trail_points;
    int64_t arrives = 0, leaves = 0, arrivals = 0, found = 0;
    double mean_h = 1.0 / detection->arrivals_per_h;
    double moment_h = p->clock->window_start_h + exponential(p, detection->stream, mean_h);
    while (moment_h < p->clock->window_end_h) {
        double leaves_h = moment_h + detection->tau_h;
        arrives = segment_at(trail, arrives, moment_h);
        leaves = segment_at(trail, arrives > leaves ? arrives : leaves, leaves_h);
        double exposure = integral_at(trail, leaves, leaves_h) - integral_at(trail, arrives, moment_h);
        arrivals++;
        found += exponential(p, detection->stream, 1.0) < exposure;
        detection->expected += 1.0 - exp(-exposure);
        moment_h += exponential(p, detection->stream, mean_h);
    }
    detection->observers = arrivals;
    if (!detection->followed) {
        detection->arrivals = arrivals;
        detection->found = found;
    }
}

/* frame.py */

static void begin(Play *p, int64_t first_area) {
    Clock *clock = p->clock;
    Node *leaf = p->agenda + p->leaves;
    for (int64_t i = 0; i < p->ready_count; i++) p->ready[i] = -INFINITY;
    clear(p->agenda, p->leaves);
    clear(p->contact_agenda, p->contact_leaves);
    for (int64_t c = 0; c < p->craft_count; c++) {
        double usable_h = p->crafts[c].usable_h;
        leaf[c].due_h = usable_h <= clock->window_start_h ? usable_h : INFINITY;
        enter_service(p, c, leaf[c].due_h);
    }
    for (int64_t a = 0; a < p->area_count; a++) {
        Area *area = &p->areas[a];
        if (area->climate != NOBODY) {
            Spell *path = p->paths + area->climate * p->spells;
            if (!draw_path(p, path, area->climate, area->stream)) {
                clock->status = PATH_FULL;
                return;
            }
            feel(p, area, path);
            leaf[first_area + a].due_h = path[1].starts_h;
        }
    }
    for (int64_t k = 0; k < p->contacts_count; k++) {
        Contacts *contacts = &p->contacts[k];
        Node *waits = p->waits + k * 2 * p->slots;
        clear(waits, p->slots);
        contacts->next_found_h = INFINITY;
        contacts->next_target_h = next_target_h(p, contacts, clock->window_start_h);
        contacts->next_background_h = INFINITY;
        contacts->next_around_h = INFINITY;
        if (contacts->offered) abort();
    }
    settle_all(p->contact_agenda, p->contact_leaves);
    settle_all(p->agenda, p->leaves);
    for (int64_t s = 0; s < p->series_count; s++) {
        Point *trail = p->trails + s * p->trail_points;
        trail[0][0] = clock->watch_start_h;
        trail[0][1] = 0.0;
        p->series[s].points = 1;
    }
}

static void end(Play *p) {
    Clock *clock = p->clock;
    clock->now_h = clock->end_h;
    for (int64_t c = 0; c < p->craft_count; c++) {
        const Craft *craft = &p->crafts[c];
        Row *row = &p->rows[craft->row];
        if (craft->phase == OUTBOUND || craft->phase == ON_STATION || craft->phase == INBOUND)
            row->operating_total_h += in_window_h(clock, craft->launched_h, clock->end_h);
        else if (craft->phase == QUEUED)
            row->down_total_h += in_window_h(clock, craft->down_since_h, clock->end_h);
        if (craft->phase != ABSENT && craft->phase != LOST)
            row->usable_total_h += in_window_h(clock, craft->in_row_since_h, clock->end_h);
    }
    for (int64_t r = 0; r < p->row_count; r++) count_row(&p->rows[r], clock);
    for (int64_t a = 0; a < p->area_count; a++) {
        catch_up(p, &p->areas[a]);
        advance(p, &p->areas[a]);
    }
    for (int64_t i = 0; i < p->presence_count; i++)
        if (p->presences[i].met)
            p->presences[i].met_total_h += in_window_h(clock, p->presences[i].met_since_h, clock->end_h);
    for (int64_t s = 0; s < p->series_count; s++)
        if (p->series[s].recorded) mark(p, s);
}

/* kernel.py */

static inline void move_on(Play *p, int64_t c) {
    const Clock *clock = p->clock;
    Craft *craft = &p->crafts[c];
    Row *row = &p->rows[craft->row];
    if (clock->now_h == craft->lost_h)
        abort();
    else if (clock->now_h == craft->fails_h)
        fail(craft, row, clock->now_h);
    else if (clock->now_h == craft->look_ends_h)
        abort();
    else if (clock->now_h == craft->relief_due_h)
        stop_covering(craft, row);
    else if (craft->phase == OUTBOUND)
        arrive(craft, row);
    else if (craft->phase == ON_STATION)
        turn_home(craft, row, clock->now_h);
    else if (craft->phase == INBOUND) {
        come_home(craft, row, clock);
        recover(p, c);
    } else if (craft->phase == IN_REPAIR)
        end_repair(p, c);
    else
        become_ready(p, c, row);
    settle(p, c);
}

static void change_weather(Play *p, int64_t entity, Area *area) {
    const Spell *path = p->paths + area->climate * p->spells;
    area->spell++;
    feel(p, area, path);
    schedule(p->agenda, p->leaves, entity, path[area->spell + 1].starts_h);
    for (int64_t r = area->first_row; r < area->end_row; r++) {
        Row *row = &p->rows[r];
        if (row->first_waiting != NOBODY && row->recoverable) bring_in_waiting(p, row);
        dispatch(p, row);
    }
}

static void replicate(Play *p, uint64_t replication) {
    Clock *clock = p->clock;
    const Node *next = &p->agenda[1], *next_contact = &p->contact_agenda[1];
    int64_t first_area = p->craft_count, first_type = first_area + p->area_count;
    for (int64_t i = 0; i < p->stream_count; i++) p->streams[i] = mix64(replication + mix64(p->names[i]));
    begin(p, first_area);
    while (clock->status == RUNNING && least(next->due_h, next_contact->due_h) <= clock->end_h) {
        clock->events++;
        if (clock->events > clock->event_limit) clock->status = TOO_MANY_EVENTS;
        int64_t entity = next->entity, changed = NOBODY;
        if (next_contact->due_h < next->due_h) {
            abort();
        } else if (entity < first_area) {
            clock->now_h = next->due_h;
            changed = p->crafts[entity].row;
            Row *row = &p->rows[changed];
            move_on(p, entity);
            dispatch(p, row);
            if (row->on_station == row->counted_on_station && row->looking == row->counted_looking) changed = NOBODY;
        } else if (entity < first_type) {
            clock->now_h = next->due_h;
            Area *area = &p->areas[entity - first_area];
            change_weather(p, entity, area);
            catch_up(p, area);
            count_all(p, area);
            reschedule_contacts(p, area);
        } else {
            abort();
        }
        if (changed != NOBODY) {
            Row *row = &p->rows[changed];
            Area *area = &p->areas[row->area];
            catch_up(p, area);
            count(p, area, row);
            reschedule_contacts(p, area);
        }
    }
    end(p);
    if (clock->status == RUNNING) {
        for (int64_t d = 0; d < p->detection_count; d++) {
            Detection *detection = &p->detections[d];
            if (p->series[detection->series].recorded) {
                uint64_t start = p->streams[detection->stream];
                sweep(p, detection);
                p->streams[detection->stream] = start;
            }
        }
        clock->status = DONE;
    }
}

/* player.py and simulate_plan.py */

#define FRESH(table, count) memcpy(p.table, world->table, (size_t)(count) * sizeof *p.table)
#define ROOM(table, count) p.table = calloc((size_t)(count) + 1, sizeof *p.table)

/* Play a world once for each key. station_h and operating_h (n, rows), found (n, detections) take what each year
   measured; the last replication's status is returned if one is not DONE. */
int64_t simulate(const Play *world, int64_t n, const uint64_t *keys, const double *usable_h, double *station_h,
                 double *operating_h, double *found) {
    make_ziggurat();
    Play p = *world;
    ROOM(clock, 1), ROOM(crafts, p.craft_count), ROOM(rows, p.row_count), ROOM(pools, p.pool_count);
    ROOM(areas, p.area_count), ROOM(types, p.type_count), ROOM(presences, p.presence_count);
    ROOM(series, p.series_count), ROOM(detections, p.detection_count), ROOM(contacts, p.contacts_count);
    ROOM(queues, p.contacts_count * p.stages), ROOM(agenda, 2 * p.leaves), ROOM(contact_agenda, 2 * p.contact_leaves), ROOM(ready, p.ready_count);
    ROOM(paths, p.climate_count * p.spells), ROOM(waits, p.contacts_count * 2 * p.slots);
    ROOM(present, p.contacts_count * p.slots), ROOM(trails, p.series_count * p.trail_points);
    ROOM(streams, p.stream_count);
    int64_t status = DONE;
    for (int64_t i = 0; i < n && status == DONE; i++) {
        FRESH(clock, 1), FRESH(crafts, p.craft_count), FRESH(rows, p.row_count), FRESH(pools, p.pool_count);
        FRESH(areas, p.area_count), FRESH(types, p.type_count), FRESH(presences, p.presence_count);
        FRESH(series, p.series_count), FRESH(detections, p.detection_count), FRESH(contacts, p.contacts_count);
        FRESH(queues, p.contacts_count * p.stages);
        for (int64_t c = 0; c < p.craft_count; c++) p.crafts[c].usable_h = usable_h[i * p.craft_count + c];
        replicate(&p, keys[i]);
        status = p.clock->status;
        for (int64_t r = 0; r < p.row_count; r++) {
            station_h[i * p.row_count + r] = p.rows[r].station_total_h;
            operating_h[i * p.row_count + r] = p.rows[r].operating_total_h;
        }
        for (int64_t d = 0; d < p.detection_count; d++)
            found[i * p.detection_count + d] = (double)p.detections[d].found / (double)p.detections[d].arrivals;
    }
    free(p.clock), free(p.crafts), free(p.rows), free(p.pools), free(p.areas), free(p.types), free(p.presences);
    free(p.series), free(p.detections), free(p.contacts), free(p.queues), free(p.agenda), free(p.contact_agenda), free(p.ready), free(p.paths);
    free(p.waits), free(p.present), free(p.trails), free(p.streams);
    return status;
}
