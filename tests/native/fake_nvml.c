/*
 * A stand-in for NVIDIA's libnvidia-ml.so.1, for tests on machines without a GPU. It has the real library's names, the
 * layouts of its structs (x86-64 and arm64) and its manners:
 *   - "uninitialised" (1) beats every argument error; shutdown succeeds uninitialised; init counts its users
 *   - the NVML version is told uninitialised
 *   - handles of before a shutdown, or of before a new `generation`, are stale: 2
 *   - the list of processes with no buffer answers 7 and the count, and 0 if there are none
 *   - the energy counter moves every 100 ms; its power is a mean of 1 s on Ampere and newer but GA100
 *   - what is not said of a GPU is "not supported" (3)
 *
 *   gcc -shared -fPIC -O1 -o libnvidia-ml.so.1 fake_nvml.c -lpthread              as of driver R550
 *   gcc -DOLD_DRIVER -shared -fPIC -O1 -o libnvidia-ml.so.1 fake_nvml.c -lpthread as of R470, and without field values
 *
 * What it shows is in a text file, named by the environment variable FAKE_NVML_STATE, or, for one loaded copy of the
 * library only, by a call of fake_nvml_state_path(path). The file is read again at the next call after it was replaced:
 * write another beside it and rename it over it. Without a file there are no GPUs. One thing to a line, # is a comment:
 *
 *   driver 550.163.01               the driver's version
 *   init 9                          what init answers (0)
 *   generation 2                    a new number: the driver was reloaded. Handles are stale, counters start at `energy`
 *   stride 32                       bytes from one process to the next (24)
 *   log /tmp/calls                  a line is added to this file for every call: its name and, if it has one, the GPU
 *   error NAME 3                    what this function answers. NAME may be field:83 for one field value
 *   delay NAME 50                   this function takes so many milliseconds
 *   hang NAME                       this function does not return while this line is there
 *   gpu 0 uuid GPU-1                a GPU; the indices count from 0
 *   gpu 0 name NVIDIA RTX 4090
 *   gpu 0 bus 00000000:01:00.0
 *   gpu 0 architecture 8
 *   gpu 0 energy 123456             mJ: what the counter starts at, or stands at if there are no watts
 *   gpu 0 watts 250.5               W drawn from now on: the counter adds them up, the power is derived
 *   gpu 0 power 250500              mW, instead of the derived one
 *   gpu 0 utilization 37            percent
 *   gpu 0 memory 25757220864 613416960 1000000000     bytes: total, reserved, used without reserved
 *   gpu 0 temperature 45
 *   gpu 0 clocks 2520 10501         MHz: SM, memory
 *   gpu 0 limit 450000              mW
 *   gpu 0 limits 450000 150000 600000   mW: default, least, most
 *   gpu 0 reasons 4                 why the clocks are not higher: nvmlClocksEventReason* bits
 *   gpu 0 persistence 1
 *   gpu 0 pstate 2
 *   gpu 0 mig 1
 *   gpu 0 process 4242 1000000000   pid, bytes (-1: not available); many
 *   gpu 0 sample 4242 1700000 55    pid, time stamp in us, percent; many
 *   gpu 0 lost 15                   every call on it answers so
 *   gpu 0 error NAME 3              as above, of this GPU only
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7,
    ARGUMENT_VERSION_MISMATCH = 25,
    MAX_GPUS = 16, MAX_RULES = 64, MAX_PROCESSES = 64, STEPS = 16, STEP_MS = 100, STEPS_PER_SECOND = 10,
    ALL_GPUS = -1
};

#define EXPORT __attribute__((visibility("default")))

typedef struct { uint32_t pid; uint64_t memory; } process_t;
typedef struct { uint32_t pid; uint32_t pad; uint64_t timestamp; uint32_t sm, mem, enc, dec; } sample_t;
typedef struct { uint32_t field, scope; int64_t timestamp, latency; uint32_t type; int32_t answer; uint64_t value; } field_t;
typedef struct { char legacy[16]; uint32_t domain, bus, device, id, subsystem; char bus_id[32]; } pci_t;
typedef struct { uint64_t total, free, used; } memory_t;
typedef struct { uint32_t version, pad; uint64_t total, reserved, free, used; } memory2_t;
_Static_assert(sizeof(sample_t) == 32 && sizeof(field_t) == 40 && sizeof(pci_t) == 68, "nvml.h");
_Static_assert(sizeof(memory_t) == 24 && sizeof(memory2_t) == 40, "nvml.h");

typedef struct { char kind; char name[64]; int gpu; int value; } rule_t; /* kind: e(rror), d(elay), h(ang) */

typedef struct {
    char uuid[80], name[96], bus[32];
    int64_t architecture, energy, power, utilization, temperature, sm_clock, memory_clock, limit, pstate, mig, lost;
    int64_t default_limit, min_limit, max_limit, reasons, persistence;
    double watts; /* < 0: not given */
    int64_t total, reserved, used;
    process_t processes[MAX_PROCESSES];
    sample_t samples[MAX_PROCESSES];
    int process_count, sample_count;
} gpu_t;

typedef struct {
    char driver[80], log[512];
    int init, generation, stride, gpu_count, rule_count;
    gpu_t gpus[MAX_GPUS];
    rule_t rules[MAX_RULES];
} state_t;

/* What a counter remembers: millijoules at the last steps, newest first, so that power can be their mean. */
typedef struct { int64_t step, started_at, generation; double at[STEPS]; int known; } counter_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static state_t state;
static counter_t counters[MAX_GPUS];
static char state_path[512];
static struct { ino_t inode; struct timespec changed; off_t size; } seen;
static int users;
static uint32_t epoch; /* of handles: moves at each first init and each new generation */

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void nap(int milliseconds)
{
    struct timespec time = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };
    nanosleep(&time, NULL);
}

/* The energy counters, brought up to the present at the watts of until now. */
static void advance(void)
{
    int64_t step = now_ms() / STEP_MS;
    for (int i = 0; i < state.gpu_count; i++) {
        gpu_t *gpu = &state.gpus[i];
        counter_t *counter = &counters[i];
        if (!counter->known || counter->started_at != gpu->energy || counter->generation != state.generation) {
            *counter = (counter_t) { .step = step, .started_at = gpu->energy, .generation = state.generation, .known = 1 };
            for (int s = 0; s < STEPS; s++)
                counter->at[s] = (double)gpu->energy - (gpu->watts > 0 ? s * gpu->watts * STEP_MS : 0);
        }
        double per_step = gpu->watts > 0 ? gpu->watts * STEP_MS : 0; /* 1 W is 1 mJ per ms */
        int64_t missed = step - counter->step;
        if (missed > STEPS) {
            counter->at[0] += per_step * (double)(missed - STEPS);
            missed = STEPS;
        }
        for (; missed > 0; missed--) {
            memmove(counter->at + 1, counter->at, sizeof(double) * (STEPS - 1));
            counter->at[0] = counter->at[1] + per_step;
        }
        counter->step = step;
    }
}

static void copy(char *target, size_t size, const char *text)
{
    snprintf(target, size, "%s", text);
}

static void parse_rule(state_t *s, char kind, int gpu, const char *rest)
{
    rule_t rule = { .kind = kind, .gpu = gpu };
    if (s->rule_count < MAX_RULES && sscanf(rest, "%63s %d", rule.name, &rule.value) >= 1)
        s->rules[s->rule_count++] = rule;
}

static void parse_gpu(state_t *s, const char *line)
{
    int index, at = 0;
    char key[32];
    if (sscanf(line, "%d %31s %n", &index, key, &at) < 2 || index < 0 || index >= MAX_GPUS)
        return;
    const char *rest = line + at;
    while (s->gpu_count <= index) {
        gpu_t *fresh = &s->gpus[s->gpu_count++];
        fresh->watts = -1;
        int64_t *numbers = &fresh->architecture;
        for (int i = 0; i < 16; i++)
            numbers[i] = -1;
        fresh->mig = fresh->lost = 0;
        fresh->total = -1;
    }
    gpu_t *gpu = &s->gpus[index];
    const struct { const char *key; int64_t *value; } numbers[] = {
        { "architecture", &gpu->architecture }, { "energy", &gpu->energy }, { "power", &gpu->power },
        { "utilization", &gpu->utilization }, { "temperature", &gpu->temperature }, { "limit", &gpu->limit },
        { "pstate", &gpu->pstate }, { "reasons", &gpu->reasons }, { "persistence", &gpu->persistence }, { "mig", &gpu->mig }, { "lost", &gpu->lost },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(key, numbers[i].key))
            *numbers[i].value = strtoll(rest, NULL, 10);
    if (!strcmp(key, "uuid")) copy(gpu->uuid, sizeof gpu->uuid, rest);
    if (!strcmp(key, "name")) copy(gpu->name, sizeof gpu->name, rest);
    if (!strcmp(key, "bus")) copy(gpu->bus, sizeof gpu->bus, rest);
    if (!strcmp(key, "watts")) gpu->watts = strtod(rest, NULL);
    if (!strcmp(key, "clocks")) sscanf(rest, "%ld %ld", &gpu->sm_clock, &gpu->memory_clock);
    if (!strcmp(key, "limits")) sscanf(rest, "%ld %ld %ld", &gpu->default_limit, &gpu->min_limit, &gpu->max_limit);
    if (!strcmp(key, "memory")) sscanf(rest, "%ld %ld %ld", &gpu->total, &gpu->reserved, &gpu->used);
    if (!strcmp(key, "error")) parse_rule(s, 'e', index, rest);
    if (!strcmp(key, "process") && gpu->process_count < MAX_PROCESSES) {
        process_t *process = &gpu->processes[gpu->process_count++];
        long long memory = -1;
        sscanf(rest, "%u %lld", &process->pid, &memory);
        process->memory = (uint64_t)memory;
    }
    if (!strcmp(key, "sample") && gpu->sample_count < MAX_PROCESSES) {
        sample_t *sample = &gpu->samples[gpu->sample_count++];
        sscanf(rest, "%u %lu %u", &sample->pid, &sample->timestamp, &sample->sm);
    }
}

static void parse(state_t *s, FILE *file)
{
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char key[32];
        int at = 0;
        if (sscanf(line, "%31s %n", key, &at) < 1 || key[0] == '#')
            continue;
        const char *rest = line + at;
        if (!strcmp(key, "driver")) copy(s->driver, sizeof s->driver, rest);
        if (!strcmp(key, "log")) copy(s->log, sizeof s->log, rest);
        if (!strcmp(key, "init")) s->init = atoi(rest);
        if (!strcmp(key, "generation")) s->generation = atoi(rest);
        if (!strcmp(key, "stride")) s->stride = atoi(rest);
        if (!strcmp(key, "error")) parse_rule(s, 'e', ALL_GPUS, rest);
        if (!strcmp(key, "delay")) parse_rule(s, 'd', ALL_GPUS, rest);
        if (!strcmp(key, "hang")) parse_rule(s, 'h', ALL_GPUS, rest);
        if (!strcmp(key, "gpu")) parse_gpu(s, rest);
    }
}

static void reread(void)
{
    const char *path = state_path[0] ? state_path : getenv("FAKE_NVML_STATE");
    struct stat info;
    if (!path || stat(path, &info))
        return;
    if (info.st_ino == seen.inode && info.st_size == seen.size && info.st_mtim.tv_sec == seen.changed.tv_sec
        && info.st_mtim.tv_nsec == seen.changed.tv_nsec)
        return;
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    static state_t fresh;
    memset(&fresh, 0, sizeof fresh);
    copy(fresh.driver, sizeof fresh.driver, "550.163.01");
    fresh.stride = 24;
    parse(&fresh, file);
    fclose(file);
    advance();
    if (fresh.generation != state.generation)
        epoch++;
    state = fresh;
    advance();
    seen.inode = info.st_ino;
    seen.size = info.st_size;
    seen.changed = info.st_mtim;
}

static int rule(char kind, const char *name, int gpu)
{
    for (int i = 0; i < state.rule_count; i++) {
        rule_t *r = &state.rules[i];
        if (r->kind == kind && !strcmp(r->name, name) && (r->gpu == ALL_GPUS || r->gpu == gpu))
            return kind == 'h' ? 1 : r->value;
    }
    return 0;
}

static int index_of(void *device)
{
    uintptr_t handle = (uintptr_t)device;
    int index = (int)(handle & 0xff) - 1;
    return handle >> 8 == epoch && index >= 0 && index < state.gpu_count ? index : -1;
}

/* Every call begins here: takes the lock, sees the present state, is logged, delayed and hung. */
static void begin(const char *name, void *device)
{
    pthread_mutex_lock(&lock);
    reread();
    int index = device ? index_of(device) : ALL_GPUS;
    FILE *log = state.log[0] ? fopen(state.log, "ae") : NULL;
    if (log) {
        fprintf(log, index >= 0 ? "%s %d\n" : "%s\n", name, index);
        fclose(log);
    }
    int delay = rule('d', name, index);
    while (delay > 0 || rule('h', name, index)) {
        pthread_mutex_unlock(&lock);
        nap(delay > 0 ? delay : 10);
        delay = 0;
        pthread_mutex_lock(&lock);
        reread();
    }
    advance();
}

static int end(int answer)
{
    pthread_mutex_unlock(&lock);
    return answer;
}

/* The same for a call on a GPU: then *gpu is set, or the answer says why not. */
static int begin_gpu(const char *name, void *device, gpu_t **gpu)
{
    begin(name, device);
    if (!users)
        return UNINITIALIZED;
    int index = index_of(device);
    if (index < 0)
        return INVALID_ARGUMENT;
    *gpu = &state.gpus[index];
    return (*gpu)->lost ? (int)(*gpu)->lost : rule('e', name, index);
}

static int number(const char *name, void *device, size_t offset, uint32_t *value)
{
    gpu_t *gpu;
    int answer = begin_gpu(name, device, &gpu);
    if (!answer && !value)
        answer = INVALID_ARGUMENT;
    if (!answer) {
        int64_t told = *(int64_t *)((char *)gpu + offset);
        if (told < 0)
            answer = NOT_SUPPORTED;
        else
            *value = (uint32_t)told;
    }
    return end(answer);
}

static int text(int answer, const char *from, char *to, uint32_t length)
{
    if (answer)
        return answer;
    if (!to)
        return INVALID_ARGUMENT;
    if (strlen(from) >= length)
        return INSUFFICIENT_SIZE;
    strcpy(to, from);
    return SUCCESS;
}

static int energy_of(const gpu_t *gpu, uint64_t *millijoules)
{
    if (gpu->energy < 0)
        return NOT_SUPPORTED;
    *millijoules = (uint64_t)counters[gpu - state.gpus].at[0];
    return SUCCESS;
}

static int has_mean(const gpu_t *gpu)
{
    return gpu->architecture > 7 || (gpu->architecture == 7 && !strstr(gpu->name, "A100") && !strstr(gpu->name, "A30 "));
}

static int power_of(const gpu_t *gpu, int mean, uint32_t *milliwatts)
{
    const double *at = counters[gpu - state.gpus].at;
    if (gpu->power >= 0)
        *milliwatts = (uint32_t)gpu->power;
    else if (gpu->watts >= 0)
        *milliwatts = (uint32_t)(mean ? at[0] - at[STEPS_PER_SECOND] : gpu->watts * 1000);
    else
        return NOT_SUPPORTED;
    return SUCCESS;
}

EXPORT void fake_nvml_state_path(const char *path)
{
    pthread_mutex_lock(&lock);
    copy(state_path, sizeof state_path, path);
    pthread_mutex_unlock(&lock);
}

EXPORT int nvmlInit_v2(void)
{
    begin("nvmlInit_v2", NULL);
    int answer = state.init ? state.init : rule('e', "nvmlInit_v2", ALL_GPUS);
    if (!answer && users++ == 0)
        epoch++;
    return end(answer);
}

EXPORT int nvmlShutdown(void)
{
    begin("nvmlShutdown", NULL);
    users -= users > 0;
    return end(SUCCESS);
}

EXPORT int nvmlSystemGetDriverVersion(char *version, uint32_t length)
{
    begin("nvmlSystemGetDriverVersion", NULL);
    return end(text(users ? SUCCESS : UNINITIALIZED, state.driver, version, length));
}

EXPORT int nvmlSystemGetNVMLVersion(char *version, uint32_t length)
{
    char full[100];
    begin("nvmlSystemGetNVMLVersion", NULL);
    snprintf(full, sizeof full, "12.%s", state.driver);
    return end(text(SUCCESS, full, version, length));
}

EXPORT int nvmlDeviceGetCount_v2(uint32_t *count)
{
    begin("nvmlDeviceGetCount_v2", NULL);
    int answer = !users ? UNINITIALIZED : !count ? INVALID_ARGUMENT : rule('e', "nvmlDeviceGetCount_v2", ALL_GPUS);
    if (!answer)
        *count = (uint32_t)state.gpu_count;
    return end(answer);
}

EXPORT int nvmlDeviceGetHandleByIndex_v2(uint32_t index, void **device)
{
    const char *name = "nvmlDeviceGetHandleByIndex_v2";
    begin(name, (void *)((uintptr_t)epoch << 8 | (index + 1)));
    int answer = !users ? UNINITIALIZED
        : !device || index >= (uint32_t)state.gpu_count ? INVALID_ARGUMENT
        : state.gpus[index].lost ? (int)state.gpus[index].lost
        : rule('e', name, (int)index);
    if (!answer)
        *device = (void *)((uintptr_t)epoch << 8 | (index + 1));
    return end(answer);
}

EXPORT int nvmlDeviceGetUUID(void *device, char *uuid, uint32_t length)
{
    gpu_t *gpu = NULL;
    int answer = begin_gpu("nvmlDeviceGetUUID", device, &gpu);
    return end(text(answer, gpu ? gpu->uuid : "", uuid, length));
}

EXPORT int nvmlDeviceGetName(void *device, char *name, uint32_t length)
{
    gpu_t *gpu = NULL;
    int answer = begin_gpu("nvmlDeviceGetName", device, &gpu);
    return end(text(answer, gpu ? gpu->name : "", name, length));
}

EXPORT int nvmlDeviceGetPciInfo_v3(void *device, pci_t *pci)
{
    gpu_t *gpu = NULL;
    int answer = begin_gpu("nvmlDeviceGetPciInfo_v3", device, &gpu);
    if (!answer && !pci)
        answer = INVALID_ARGUMENT;
    if (!answer) {
        memset(pci, 0, sizeof *pci);
        sscanf(gpu->bus, "%x:%x:%x", &pci->domain, &pci->bus, &pci->device);
        snprintf(pci->legacy, sizeof pci->legacy, "%04X:%02X:%02X.0", pci->domain & 0xffff, pci->bus & 0xff, pci->device & 0xff);
        copy(pci->bus_id, sizeof pci->bus_id, gpu->bus);
        pci->id = 0x268410de;
    }
    return end(answer);
}

EXPORT int nvmlDeviceGetArchitecture(void *device, uint32_t *architecture)
{
    return number("nvmlDeviceGetArchitecture", device, offsetof(gpu_t, architecture), architecture);
}

EXPORT int nvmlDeviceGetTotalEnergyConsumption(void *device, uint64_t *energy)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetTotalEnergyConsumption", device, &gpu);
    return end(answer ? answer : !energy ? INVALID_ARGUMENT : energy_of(gpu, energy));
}

EXPORT int nvmlDeviceGetPowerUsage(void *device, uint32_t *power)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetPowerUsage", device, &gpu);
    return end(answer ? answer : !power ? INVALID_ARGUMENT : power_of(gpu, has_mean(gpu), power));
}

EXPORT int nvmlDeviceGetEnforcedPowerLimit(void *device, uint32_t *limit)
{
    return number("nvmlDeviceGetEnforcedPowerLimit", device, offsetof(gpu_t, limit), limit);
}

EXPORT int nvmlDeviceGetPowerManagementDefaultLimit(void *device, uint32_t *limit)
{
    return number("nvmlDeviceGetPowerManagementDefaultLimit", device, offsetof(gpu_t, default_limit), limit);
}

EXPORT int nvmlDeviceGetPowerManagementLimitConstraints(void *device, uint32_t *least, uint32_t *most)
{
    const char *name = "nvmlDeviceGetPowerManagementLimitConstraints";
    int answer = number(name, device, offsetof(gpu_t, min_limit), least);
    if (!answer)
        *most = (uint32_t)state.gpus[index_of(device)].max_limit;
    return answer;
}

static int reasons(const char *name, void *device, uint64_t *bits)
{
    gpu_t *gpu;
    int answer = begin_gpu(name, device, &gpu);
    if (!answer && !bits)
        answer = INVALID_ARGUMENT;
    if (!answer && gpu->reasons < 0)
        answer = NOT_SUPPORTED;
    if (!answer)
        *bits = (uint64_t)gpu->reasons;
    return end(answer);
}

#ifndef OLD_DRIVER
EXPORT int nvmlDeviceGetCurrentClocksEventReasons(void *device, uint64_t *bits)
{
    return reasons("nvmlDeviceGetCurrentClocksEventReasons", device, bits);
}
#endif

EXPORT int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, uint64_t *bits)
{
    return reasons("nvmlDeviceGetCurrentClocksThrottleReasons", device, bits);
}

EXPORT int nvmlDeviceGetPersistenceMode(void *device, uint32_t *mode)
{
    return number("nvmlDeviceGetPersistenceMode", device, offsetof(gpu_t, persistence), mode);
}

EXPORT int nvmlDeviceGetClockInfo(void *device, uint32_t type, uint32_t *clock)
{
    size_t offset = type == 2 ? offsetof(gpu_t, memory_clock) : offsetof(gpu_t, sm_clock);
    return number("nvmlDeviceGetClockInfo", device, offset, clock);
}

EXPORT int nvmlDeviceGetTemperature(void *device, uint32_t sensor, uint32_t *celsius)
{
    int answer = number("nvmlDeviceGetTemperature", device, offsetof(gpu_t, temperature), celsius);
    return !answer && sensor ? INVALID_ARGUMENT : answer;
}

EXPORT int nvmlDeviceGetPerformanceState(void *device, uint32_t *pstate)
{
    return number("nvmlDeviceGetPerformanceState", device, offsetof(gpu_t, pstate), pstate);
}

EXPORT int nvmlDeviceGetUtilizationRates(void *device, uint32_t *rates)
{
    int answer = number("nvmlDeviceGetUtilizationRates", device, offsetof(gpu_t, utilization), rates);
    if (!answer)
        rates[1] = 0;
    return answer;
}

EXPORT int nvmlDeviceGetMigMode(void *device, uint32_t *current, uint32_t *pending)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetMigMode", device, &gpu);
    if (!answer)
        *current = *pending = (uint32_t)gpu->mig;
    return end(answer);
}

EXPORT int nvmlDeviceGetMemoryInfo(void *device, memory_t *memory)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetMemoryInfo", device, &gpu);
    if (!answer && gpu->total < 0)
        answer = NOT_SUPPORTED;
    if (!answer) {
        memory->total = (uint64_t)gpu->total;
        memory->used = (uint64_t)(gpu->used + gpu->reserved);
        memory->free = memory->total - memory->used;
    }
    return end(answer);
}

#ifndef OLD_DRIVER
EXPORT int nvmlDeviceGetMemoryInfo_v2(void *device, memory2_t *memory)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetMemoryInfo_v2", device, &gpu);
    if (!answer && memory->version != (sizeof *memory | 2u << 24))
        answer = ARGUMENT_VERSION_MISMATCH;
    if (!answer && gpu->total < 0)
        answer = NOT_SUPPORTED;
    if (!answer) {
        memory->total = (uint64_t)gpu->total;
        memory->reserved = (uint64_t)gpu->reserved;
        memory->used = (uint64_t)gpu->used;
        memory->free = memory->total - memory->used - memory->reserved;
    }
    return end(answer);
}

EXPORT int nvmlDeviceGetFieldValues(void *device, int count, field_t *fields)
{
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetFieldValues", device, &gpu);
    if (!answer && (count < 0 || !fields))
        answer = INVALID_ARGUMENT;
    for (int i = 0; !answer && i < count; i++) {
        field_t *field = &fields[i];
        char name[32];
        snprintf(name, sizeof name, "field:%u", field->field);
        uint32_t power = 0;
        field->answer = rule('e', name, index_of(device));
        if (field->answer)
            continue;
        switch (field->field) {
        case 83:
            field->type = 3;
            field->answer = energy_of(gpu, &field->value);
            break;
        case 185:
            field->type = 1;
            field->answer = has_mean(gpu) ? power_of(gpu, 1, &power) : NOT_SUPPORTED;
            memcpy(&field->value, &power, sizeof power); /* only these four bytes, as the driver does */
            break;
        case 186:
            field->type = 1;
            field->answer = power_of(gpu, 0, &power);
            memcpy(&field->value, &power, sizeof power);
            break;
        default:
            field->answer = INVALID_ARGUMENT;
        }
    }
    return end(answer);
}
#endif

static int processes(const char *name, void *device, uint32_t *count, unsigned char *entries)
{
    gpu_t *gpu;
    int answer = begin_gpu(name, device, &gpu);
    if (!answer && !count)
        answer = INVALID_ARGUMENT;
    if (!answer) {
        uint32_t room = entries ? *count : 0;
        *count = (uint32_t)gpu->process_count;
        if (*count > room)
            answer = INSUFFICIENT_SIZE;
        for (uint32_t i = 0; !answer && i < *count; i++) {
            unsigned char *entry = entries + (size_t)i * (size_t)state.stride;
            uint32_t none = 0xffffffff;
            uint64_t protected_memory = 0;
            memcpy(entry, &gpu->processes[i].pid, 4);
            memcpy(entry + 8, &gpu->processes[i].memory, 8);
            memcpy(entry + 16, &none, 4);
            memcpy(entry + 20, &none, 4);
            if (state.stride == 32)
                memcpy(entry + 24, &protected_memory, 8);
        }
    }
    return end(answer);
}

EXPORT int nvmlDeviceGetComputeRunningProcesses_v2(void *device, uint32_t *count, unsigned char *entries)
{
    return processes("nvmlDeviceGetComputeRunningProcesses_v2", device, count, entries);
}

#ifndef OLD_DRIVER
EXPORT int nvmlDeviceGetComputeRunningProcesses_v3(void *device, uint32_t *count, unsigned char *entries)
{
    return processes("nvmlDeviceGetComputeRunningProcesses_v3", device, count, entries);
}
#endif

EXPORT int nvmlDeviceGetProcessUtilization(void *device, sample_t *samples, uint32_t *count, uint64_t since)
{
    enum { RING = 100 };
    gpu_t *gpu;
    int answer = begin_gpu("nvmlDeviceGetProcessUtilization", device, &gpu);
    if (!answer && !count)
        answer = INVALID_ARGUMENT;
    if (!answer && (!samples || *count < RING)) {
        *count = RING;
        answer = INSUFFICIENT_SIZE;
    }
    if (!answer) {
        *count = 0;
        for (int i = 0; i < gpu->sample_count; i++)
            if (gpu->samples[i].timestamp > since)
                samples[(*count)++] = gpu->samples[i];
        if (*count == 0)
            answer = NOT_FOUND;
    }
    return end(answer);
}
