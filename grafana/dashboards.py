#!/usr/bin/env python3
"""Writes the dashboards beside this file: grafana/dashboards.py. What they have in common stands once, here.

Only panel types of Grafana's core are used. Every query matches job and instance; ratios are a rate over a rate, guarded by > 0.
"""
import json
import pathlib

HOST = 'job=~"$job",instance=~"$instance"'
MODEL = HOST + ',model=~"$model"'
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
ACTIVE = 'category=~"prompt|generation"'
PER_TOKEN = "si:J/token"
ALL_GENERATED = f'joulet_model_tokens_total{{{HOST},type="generated"}}'
LOADED_IDLE, LOADS = 'category="loaded_idle"', 'category="load"'
GENERATED = f'joulet_model_tokens_total{{{MODEL},type="generated"}}'


class Dashboard:
    """Panels from left to right, row by row of 24 columns."""

    def __init__(self, name, title, description, variables, links=True):
        self.name, self.panels, self.x, self.y, self.height = name, [], 0, 0, 0
        self.json = {
            "uid": f"joulet-{name}", "title": f"joulet / {title}", "description": description, "id": None, "version": 1, "schemaVersion": 41,
            "tags": ["joulet", "energy", "ollama"], "timezone": "browser", "editable": False, "graphTooltip": 1, "refresh": "30s",
            "time": {"from": "now-1h", "to": "now"}, "timepicker": {}, "fiscalYearStartMonth": 0, "weekStart": "",
            "annotations": {"list": [
                annotation("Start of joulet", f"process_start_time_seconds{{{HOST}}} * 1000 and joulet_build_info{{{HOST}}}", "blue", by_value=True),
                annotation("Alert", f'ALERTS{{alertname=~"Joulet.*",alertstate="firing",{HOST}}}', "red"),
            ]},
            "links": [{"type": "dashboards", "title": "joulet", "tags": ["joulet"], "asDropdown": True, "includeVars": True, "keepTime": True,
                       "icon": "external link", "targetBlank": False, "tooltip": "", "url": ""}],
            "templating": {"list": variables}, "panels": self.panels,
        }

    def row(self, title):
        self.x, self.y, self.height = 0, self.y + self.height, 1
        self._add({"type": "row", "title": title, "collapsed": False, "panels": []}, 24, 1)

    def panel(self, kind, title, description, unit, queries, width, height=8, **more):
        """queries: texts, or (text, legend), or (text, legend, more)."""
        targets = []
        for i, query in enumerate(queries if isinstance(queries, list) else [queries]):
            text, legend, extra = (query, "", {}) if isinstance(query, str) else (*query, {})[:3]
            instant = kind in ("stat", "bargauge", "table")
            targets.append({"refId": chr(65 + i), "datasource": SOURCE, "editorMode": "code", "expr": text, "legendFormat": legend or "__auto",
                            "instant": instant, "range": not instant, **({"format": "table"} if kind == "table" else {}), **extra})
        defaults = {"unit": unit, "noValue": "N/A", "color": {"mode": "palette-classic"}, "mappings": [],
                    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]}}
        options, overrides, transformations = {}, [], []
        if kind == "timeseries":
            stack = more.pop("stack", False)
            defaults["custom"] = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 60 if stack else 8, "showPoints": "auto", "pointSize": 4, "spanNulls": False,
                                  "stacking": {"mode": "normal" if stack else "none", "group": "A"}}
            defaults |= {"min": 0} if more.pop("zero", True) else {}
            options = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}, "tooltip": {"mode": "multi", "sort": "desc"}}
        elif kind == "stat":
            defaults["color"] = {"mode": "thresholds"}
            options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value", "graphMode": "none",
                       "justifyMode": "auto", "orientation": "auto", "textMode": more.pop("text", "auto")}
        elif kind == "bargauge":
            options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "displayMode": "gradient", "orientation": "horizontal",
                       "showUnfilled": True, "valueMode": "color", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 40, "namePlacement": "auto", "sizing": "auto",
                       "text": {"titleSize": 14, "valueSize": 18}}
            defaults["min"] = 0
        elif kind == "table":
            options = {"showHeader": True, "cellHeight": "sm"}
            columns = more.pop("columns")
            if len(targets) > 1:
                transformations.append({"id": "merge", "options": {}})
            shown = [old for old, *_ in columns]
            hidden = [name for name in ["Time", "job", "instance", "__name__", *more.pop("hidden", [])] if name not in shown]
            transformations.append({"id": "organize", "options": {
                "excludeByName": {name: True for name in hidden},
                "renameByName": {old: new for old, new, *_ in columns}, "indexByName": {old: i for i, (old, *_) in enumerate(columns)}}})
            overrides = [{"matcher": {"id": "byName", "options": new}, "properties": [{"id": "unit", "value": rest[0]}]} for _, new, *rest in columns if rest]
        for key in ("decimals", "min", "max"):
            if key in more:
                defaults[key] = more.pop(key)
        if "steps" in more:
            defaults["thresholds"] = {"mode": "absolute", "steps": [{"color": color, "value": value} for value, color in more.pop("steps")]}
        if "words" in more:
            defaults["mappings"] = [{"type": "value", "options": {str(value): {"text": text, "color": color, "index": i}
                                     for i, (value, text, color) in enumerate(more.pop("words"))}}]
        assert not more, more
        self._add({"type": kind, "title": title, "description": description, "datasource": SOURCE, "targets": targets, "options": options,
                   "fieldConfig": {"defaults": defaults, "overrides": overrides}, "transformations": transformations}, width, height)

    def stat(self, *given, **more):
        self.panel("stat", *given, height=4, **more)

    def _add(self, panel, width, height):
        if self.x + width > 24:
            self.x, self.y, self.height = 0, self.y + self.height, 0
        panel |= {"id": len(self.panels) + 1, "gridPos": {"x": self.x, "y": self.y, "w": width, "h": height}}
        self.panels.append(panel)
        self.x, self.height = self.x + width, max(self.height, height)

    def write(self, folder):
        (folder / f"{self.name}.json").write_text(json.dumps(self.json, indent=2) + "\n")


def annotation(name, expr, color, by_value=False):
    return {"name": name, "datasource": SOURCE, "enable": True, "hide": False, "iconColor": color, "expr": expr, "step": "60s",
            "titleFormat": "{{alertname}}" if color == "red" else name, "textFormat": "{{instance}} {{model}}", "tagKeys": "",
            **({"useValueForTime": True} if by_value else {})}


def source():
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0, "refresh": 1, "regex": "",
            "includeAll": False, "multi": False, "options": []}


def variable(name, label, query, multi=True):
    return {"name": name, "label": label, "type": "query", "datasource": SOURCE, "query": {"query": query, "refId": "Variables"}, "definition": query,
            "refresh": 2, "sort": 1, "hide": 0, "multi": multi, "includeAll": multi, "current": {}, "options": [], "regex": "", **({"allValue": ".+"} if multi else {})}


JOB = variable("job", "Job", "label_values(joulet_build_info, job)")
INSTANCE = variable("instance", "Host", 'label_values(joulet_build_info{job=~"$job"}, instance)')
ONE = variable("instance", "Host", 'label_values(joulet_build_info{job=~"$job"}, instance)', multi=False)
MODELS = variable("model", "Model", f"label_values(joulet_model_tokens_total{{{HOST}}}, model)")


def of(metric, selector, extra=""):
    return f"{metric}{{{selector}{',' + extra if extra else ''}}}"


def energy(extra="", by="model", span="$__rate_interval", how="rate", selector=MODEL):
    return f"sum by ({by}) ({how}({of('joulet_model_energy_joules_total', selector, extra)}[{span}]))"


def tokens(by="model", span="$__rate_interval", how="rate", kind="generated", selector=MODEL):
    return f"sum by ({by}) ({how}({of('joulet_model_tokens_total', selector, f'type=%s' % json.dumps(kind))}[{span}]))"


def per_token(extra=ACTIVE, by="model", span="$__rate_interval", how="rate", kind="generated", selector=MODEL):
    return f"{energy(extra, by, span, how, selector)} / ({tokens(by, span, how, kind, selector)} > 0)"


def full(span, how):
    """Design: active, own load and loaded idle, and a share of the host's idle by active energy."""
    share = (f"{energy(ACTIVE, 'job, instance, model', span, how)} / on (job, instance) group_left () "
             f"(sum by (job, instance) ({how}(joulet_energy_joules_total{{{HOST},{ACTIVE}}}[{span}])) > 0)"
             f" * on (job, instance) group_left () sum by (job, instance) ({how}(joulet_energy_joules_total{{{HOST},category=\"idle\"}}[{span}]))")
    own = energy('category=~"prompt|generation|load|loaded_idle"', "model", span, how)
    return f"({own} + sum by (model) ({share})) / ({tokens(span=span, how=how)} > 0)"


def total(metric, by, selector=HOST, extra="", factor=""):
    return f"sum by ({by}) (increase({of(metric, selector, extra)}[$__range])){factor}"


def overview():
    d = Dashboard("overview", "Overview", "One host: what it draws, what for, and what its models cost.", [source(), JOB, ONE, MODELS])
    d.stat("Power now", "What the measured parts of the host draw now. Without a meter of the whole machine, board, disks, fans and the power supply's loss are not in it.",
           "watt", f"sum(joulet_host_power_watts{{{HOST}}})", 4)
    d.stat("Energy", "Drawn in the shown time.", "watth", f"sum(increase(joulet_host_energy_joules_total{{{HOST}}}[$__range])) / 3600", 4)
    d.stat("Tokens written", "Generated in the shown time, by all models.", "short", f"sum(increase({ALL_GENERATED}[$__range]))", 4, decimals=0)
    d.stat("Joules per token", "Prompts and generation, per generated token, in the shown time, over all models.", PER_TOKEN,
           f"sum(increase(joulet_model_energy_joules_total{{{HOST},{ACTIVE}}}[$__range])) / (sum(increase({ALL_GENERATED}[$__range])) > 0)", 4)
    d.stat("CO2", "Emitted for the energy of the shown time, location-based.", "massg", f"sum(increase(joulet_carbon_emissions_grams_total{{{HOST}}}[$__range]))", 4)
    d.stat("Cost", "Paid for the energy of the shown time; N/A where no price is configured.", "short", (total("joulet_energy_cost_total", "currency"), "{{currency}}"), 4, decimals=4, text="value_and_name")
    d.panel("timeseries", "Power by part", "Which parts draw it. They are disjoint: the stack is the host.", "watt", (f"sum by (component) (rate(joulet_host_energy_joules_total{{{HOST}}}[$__rate_interval]))", "{{component}}"), 12, stack=True)
    d.panel("timeseries", "Power by what it is spent on", "Every joule is booked to what it was spent on; idle is what the host would draw with nothing loaded, also under load.", "watt",
            (f"sum by (category) (rate(joulet_energy_joules_total{{{HOST}}}[$__rate_interval]))", "{{category}}"), 12, stack=True)
    d.panel("timeseries", "Joules per token", "Prompts and generation, per generated token. A rate over a rate; no line while a model writes nothing.", PER_TOKEN, (per_token(), "{{model}}"), 12)
    d.panel("timeseries", "Tokens a second", "Generated tokens.", "si:token/s", (tokens(), "{{model}}"), 12)
    d.panel("bargauge", "Where the energy went", "Of the shown time, by what it was spent on.", "watth", (f"sort_desc({total('joulet_energy_joules_total', 'category', factor=' / 3600')})", "{{category}}"), 8)
    d.panel("bargauge", "Energy by model", "What each model cost in the shown time: loading, lying loaded, prompts and generation. The host's idle is not in it.", "watth",
            (f"sort_desc({total('joulet_model_energy_joules_total', 'model', MODEL, factor=' / 3600')})", "{{model}}"), 8)
    d.panel("table", "Advice", "What costs joules on this host and need not: joulet check and the log tell the reason and what to do.", "short", f"sum by (rule) (joulet_advice{{{HOST}}}) == 1", 8,
            columns=[("rule", "Rule"), ("Value", "Holds")])
    d.stat("Power profile", "The active one; N/A where the machine has none.", "short", (f"sum by (profile) (joulet_power_profile{{{HOST}}}) == 1", "{{profile}}"), 6, text="name")
    d.stat("Coverage", "Share of Ollama's active energy whose tokens are counted, last 5 minutes; N/A while Ollama does nothing.", "percentunit", f"min(joulet_metering_coverage_ratio{{{HOST}}})", 6,
           steps=[(None, "red"), (0.8, "orange"), (0.95, "green")], max=1, min=0)
    d.stat("Ollama", "Whether its API answers.", "short", f"min(joulet_ollama_up{{{HOST}}})", 6, words=[(1, "answers", "green"), (0, "does not answer", "red")])
    d.stat("Sensors that cannot be read", "Those that are there and fail; the machine dashboard names them.", "short", f"count(joulet_sensor_up{{{HOST}}}) - sum(joulet_sensor_up{{{HOST}}})", 6,
           steps=[(None, "green"), (1, "red")])
    return d


def models():
    d = Dashboard("models", "Models", "Models held against each other: joules per token by phase, lying loaded, loads, requests.", [source(), JOB, INSTANCE, MODELS])
    d.panel("bargauge", "Joules per token, active", "Prompts and generation per generated token, in the shown time.", PER_TOKEN, (f"sort({per_token(span='$__range', how='increase')})", "{{model}}"), 12)
    d.panel("bargauge", "Joules per token, full", "With the model's loads and lying loaded, and its share of the host's idle by active energy, in the shown time.", PER_TOKEN,
            (f"sort({full('$__range', 'increase')})", "{{model}}"), 12)
    d.panel("timeseries", "Joules per token, active", "A rate over a rate; no line while a model writes nothing.", PER_TOKEN, (per_token(), "{{model}}"), 12)
    d.panel("timeseries", "How far it may be off", "By what part of it the active figure may be off at most, as far as joulet can tell: counter steps, baselines, sharing between models. Absent while there is no figure.", "percentunit",
            (f"max by (model) (joulet_model_joules_per_token_error_ratio{{{MODEL}}})", "{{model}}"), 12)
    d.row("By phase")
    d.panel("timeseries", "Generation, per generated token", "Generation alone.", PER_TOKEN, (per_token('category="generation"'), "{{model}}"), 8)
    d.panel("timeseries", "Prompts, per evaluated prompt token", "Cached prompt tokens are not among them.", PER_TOKEN, (per_token('category="prompt"', kind="prompt"), "{{model}}"), 8)
    d.panel("timeseries", "Slots at work at once", "Slot seconds over busy seconds of generation: the more at once, the fewer joules a token.", "short",
            (f"sum by (model) (rate(joulet_model_slot_seconds_total{{{MODEL},phase=\"generation\"}}[$__rate_interval])) / (sum by (model) (rate(joulet_model_busy_seconds_total{{{MODEL},phase=\"generation\"}}[$__rate_interval])) > 0)", "{{model}}"), 8)
    d.panel("timeseries", "Tokens a second", "Generated tokens.", "si:token/s", (tokens(), "{{model}}"), 12)
    d.panel("bargauge", "Joules per token by power profile", "Prompts and generation per generated token, in the shown time; N/A on machines without profiles.", PER_TOKEN,
            (f"sum by (model, profile) (increase(joulet_model_energy_by_profile_joules_total{{{MODEL},{ACTIVE}}}[$__range])) / (sum by (model, profile) (increase(joulet_model_tokens_by_profile_total{{{MODEL},type=\"generated\"}}[$__range])) > 0)", "{{model}}, {{profile}}"), 12)
    d.row("Loaded and loading")
    d.panel("timeseries", "Drawn for lying in memory", "The extra watts of a loaded model, busy or not.", "watt", (f"sum by (model) (joulet_model_loaded_idle_watts{{{MODEL}}})", "{{model}}"), 8, stack=True)
    d.panel("bargauge", "Energy for lying in memory", "Of the shown time: a shorter keep_alive saves it, and costs loads.", "watth", (f"sort_desc({total('joulet_model_energy_joules_total', 'model', MODEL, LOADED_IDLE, ' / 3600')})", "{{model}}"), 8)
    d.panel("bargauge", "Energy of loads", "Of the shown time.", "watth", (f"sort_desc({total('joulet_model_energy_joules_total', 'model', MODEL, LOADS, ' / 3600')})", "{{model}}"), 8)
    d.panel("table", "Loads", "In the shown time; seconds and energy are of one load on average.", "short", [
        f"sum by (model) (increase(joulet_model_loads_total{{{MODEL}}}[$__range])) > 0",
        f"sum by (model) (increase(joulet_model_load_seconds_total{{{MODEL}}}[$__range])) / (sum by (model) (increase(joulet_model_loads_total{{{MODEL}}}[$__range])) > 0)",
        f"sum by (model) (increase(joulet_model_energy_joules_total{{{MODEL},category=\"load\"}}[$__range])) / (sum by (model) (increase(joulet_model_loads_total{{{MODEL}}}[$__range])) > 0)",
    ], 12, columns=[("model", "Model"), ("Value #A", "Loads"), ("Value #B", "Seconds", "s"), ("Value #C", "Energy", "joule")])
    d.panel("table", "What they are", "As Ollama tells.", "short", f"max by (model, family, parameter_size, quantization) (joulet_model_info{{{MODEL}}})", 12,
            columns=[("model", "Model"), ("family", "Family"), ("parameter_size", "Parameters"), ("quantization", "Quantization")], hidden=["Value"])
    d.row("Requests, where they pass the proxy")
    d.panel("timeseries", "Requests a second", "By outcome; N/A where no request passes joulet's proxy.", "reqps", (f"sum by (model, outcome) (rate(joulet_model_requests_total{{{MODEL}}}[$__rate_interval]))", "{{model}}, {{outcome}}"), 8)
    d.panel("timeseries", "Time to first token, 95 % below", "N/A where no request passes the proxy.", "s",
            (f"histogram_quantile(0.95, sum by (le, model) (rate(joulet_model_time_to_first_token_seconds_bucket{{{MODEL}}}[$__rate_interval])))", "{{model}}"), 8)
    d.panel("timeseries", "Energy of a request", "On average; N/A where no request passes the proxy.", "joule",
            (f"sum by (model) (rate(joulet_model_request_energy_joules_sum{{{MODEL}}}[$__rate_interval])) / (sum by (model) (rate(joulet_model_request_energy_joules_count{{{MODEL}}}[$__rate_interval])) > 0)", "{{model}}"), 8)
    return d


def carbon():
    d = Dashboard("carbon-cost", "Carbon and cost", "What the energy emitted and cost, when it was drawn.", [source(), JOB, INSTANCE, MODELS])
    d.json["time"]["from"] = "now-24h"
    d.stat("CO2", "Of the shown time, location-based: by the grid's intensity when it was drawn.", "massg", f"sum(increase(joulet_carbon_emissions_grams_total{{{HOST}}}[$__range]))", 5)
    d.stat("CO2 by contract", "Market-based: beside the other figure, never added to it. N/A where no contract is configured.", "massg", f"sum(increase(joulet_carbon_emissions_market_grams_total{{{HOST}}}[$__range]))", 5)
    d.stat("Cost", "Of the shown time; N/A where no price is configured.", "short", (total("joulet_energy_cost_total", "currency"), "{{currency}}"), 5, decimals=4, text="value_and_name")
    d.stat("Energy", "Of the shown time.", "watth", f"sum(increase(joulet_host_energy_joules_total{{{HOST}}}[$__range])) / 3600", 4)
    d.stat("CO2 of a million tokens", "Prompts, generation, loads and lying loaded of all models, per million generated tokens of the shown time.", "massg",
           f"1e6 * sum(increase(joulet_model_carbon_emissions_grams_total{{{MODEL}}}[$__range])) / (sum(increase({GENERATED}[$__range])) > 0)", 5)
    d.panel("timeseries", "What a kilowatt hour of the grid emits", "In grams of CO2 equivalent; the tier tells how good the figure is: live, cached, forecast, static or fixed.", "massg",
            (f"max by (provider, zone, tier) (joulet_carbon_intensity_grams_per_kilowatt_hour{{{HOST}}})", "{{zone}}, {{tier}} from {{provider}}"), 12)
    d.panel("timeseries", "Price of a kilowatt hour", "Below zero it earns. N/A where no price is configured.", "short", (f"max by (currency) (joulet_energy_price_per_kilowatt_hour{{{HOST}}})", "{{currency}}"), 12, zero=False)
    d.panel("timeseries", "CO2 by part of the host", "Grams an hour.", "massg", (f"3600 * sum by (component) (rate(joulet_carbon_emissions_grams_total{{{HOST}}}[$__rate_interval]))", "{{component}}"), 12, stack=True)
    d.panel("timeseries", "Cost an hour", "In the currency of the price.", "short", (f"3600 * sum by (currency) (rate(joulet_energy_cost_total{{{HOST}}}[$__rate_interval]))", "{{currency}}"), 12)
    d.panel("bargauge", "CO2 by model", "Of the shown time; the host's idle is not in it.", "massg", (f"sort_desc({total('joulet_model_carbon_emissions_grams_total', 'model', MODEL)})", "{{model}}"), 8)
    d.panel("bargauge", "Cost by model", "Of the shown time; N/A where no price is configured.", "short", (f"sort_desc({total('joulet_model_energy_cost_total', 'model, currency', MODEL)})", "{{model}}, {{currency}}"), 8, decimals=5)
    d.panel("bargauge", "Cost of a million tokens", "What a model's own energy cost per million generated tokens, in the shown time.", "short",
            (f"1e6 * sum by (model) (increase(joulet_model_energy_cost_total{{{MODEL}}}[$__range])) / (sum by (model) (increase({GENERATED}[$__range])) > 0)", "{{model}}"), 8, decimals=3)
    d.stat("Age of the intensity", "How long ago the figure was so; N/A for a yearly average or a fixed one.", "s", f"max(joulet_carbon_intensity_age_seconds{{{HOST}}})", 8, steps=[(None, "green"), (7200, "orange"), (21600, "red")])
    d.stat("Provider", "Whether who tells the intensity answered last; N/A where nobody is asked.", "short", f"min(joulet_carbon_provider_up{{{HOST}}})", 8, words=[(1, "answers", "green"), (0, "does not answer", "red")])
    d.stat("Embodied", "What making the machine emitted, for the shown time; in no other figure. N/A where it is not configured.", "massg", f"sum(increase(joulet_embodied_emissions_grams_total{{{HOST}}}[$__range]))", 8)
    return d


def machine():
    d = Dashboard("machine", "Machine", "Devices, limits, power state, sensors, and what measuring itself costs.", [source(), JOB, ONE])
    d.panel("timeseries", "GPU power and limit", "What each GPU draws, and its limit. N/A without a GPU.", "watt", [
        (f"sum by (gpu_uuid) (joulet_gpu_power_watts{{{HOST}}})", "{{gpu_uuid}}"), (f"max by (gpu_uuid) (joulet_gpu_power_limit_watts{{{HOST}}})", "limit of {{gpu_uuid}}")], 12)
    d.panel("timeseries", "GPU use", "Share of time in which a kernel ran.", "percentunit", (f"max by (gpu_uuid) (joulet_gpu_utilization_ratio{{{HOST}}})", "{{gpu_uuid}}"), 6, max=1, min=0)
    d.panel("timeseries", "GPU memory", "In use.", "bytes", (f"sum by (gpu_uuid) (joulet_gpu_memory_used_bytes{{{HOST}}})", "{{gpu_uuid}}"), 6)
    d.panel("timeseries", "GPU temperature", "Of the chip.", "celsius", (f"max by (gpu_uuid) (joulet_gpu_temperature_celsius{{{HOST}}})", "{{gpu_uuid}}"), 8)
    d.panel("timeseries", "GPU clocks", "Of the multiprocessors.", "hertz", (f"max by (gpu_uuid) (joulet_gpu_sm_clock_hertz{{{HOST}}})", "{{gpu_uuid}}"), 8)
    d.panel("table", "What keeps GPU clocks low", "Now; none where nothing does.", "short", f"max by (gpu_uuid, reason) (joulet_gpu_clock_event_reason{{{HOST}}})", 8, columns=[("gpu_uuid", "GPU"), ("reason", "Reason")], hidden=["Value"])
    d.panel("table", "GPUs", "What they are.", "short", f"max by (gpu, name, vendor, driver_version, pci_bus_id, gpu_uuid) (joulet_gpu_info{{{HOST}}})", 24, height=5,
            columns=[("gpu", "Index"), ("name", "Name"), ("vendor", "Vendor"), ("driver_version", "Driver"), ("pci_bus_id", "PCI"), ("gpu_uuid", "UUID")], hidden=["Value"])
    d.row("Processors and power state")
    d.panel("timeseries", "Processor power by zone", "Zones overlap: package contains core and uncore, psys contains all. N/A where RAPL cannot be read.", "watt", (f"sum by (zone, socket) (joulet_cpu_power_watts{{{HOST}}})", "{{zone}} {{socket}}"), 12)
    d.panel("timeseries", "Processors in idle states", "How many of all logical processors, on average: deep states save most. N/A where the kernel tells none.", "short",
            (f"sum by (state) (rate(joulet_cpu_idle_seconds_total{{{HOST}}}[$__rate_interval]))", "{{state}}"), 12, stack=True)
    d.panel("timeseries", "Power profile", "1 for the active one.", "short", (f"max by (profile) (joulet_power_profile{{{HOST}}})", "{{profile}}"), 8, max=1, min=0)
    d.panel("timeseries", "What is learned of quiet", "Idle with nothing loaded (no model), and the extra of each loaded model.", "watt", (f"sum by (component, model, confidence) (joulet_baseline_watts{{{HOST}}})", "{{component}} {{model}} ({{confidence}})"), 16)
    d.row("Sensors, and joulet itself")
    d.panel("table", "Sensors", "1 works, 0 cannot be read; errors and time not observed are of the shown time.", "short", [
        f"min by (sensor) (joulet_sensor_up{{{HOST}}})", f"sum by (sensor) (increase(joulet_sensor_read_errors_total{{{HOST}}}[$__range]))", f"sum by (sensor) (increase(joulet_sensor_unobserved_seconds_total{{{HOST}}}[$__range]))"], 12,
        columns=[("sensor", "Sensor"), ("Value #A", "Works"), ("Value #B", "Errors"), ("Value #C", "Not observed", "s")])
    d.panel("timeseries", "Processor time of joulet", "Share of one processor.", "percentunit", (f"rate(process_cpu_seconds_total{{{HOST}}}[$__rate_interval])", "joulet"), 6)
    d.panel("timeseries", "Memory of joulet", "Resident.", "bytes", (f"process_resident_memory_bytes{{{HOST}}}", "joulet"), 6)
    d.stat("Imbalance", "Energy measured less energy booked: rounding, or the ledger is wrong.", "joule", f"max(joulet_ledger_imbalance_joules{{{HOST}}})", 8, steps=[(None, "green"), (1, "red")])
    d.stat("State", "Whether totals are kept over a restart; N/A where that is switched off.", "short", f"min(joulet_state_up{{{HOST}}})", 8, words=[(1, "kept", "green"), (0, "not kept", "red")])
    d.stat("Version", "Of joulet.", "short", (f"max by (version) (joulet_build_info{{{HOST}}})", "{{version}}"), 8, text="name")
    return d


def fleet():
    d = Dashboard("fleet", "Fleet", "Hundreds of hosts, by the recording rules of grafana/rules: load those into Prometheus first.", [source(), JOB, INSTANCE])
    job = 'job=~"$job"'
    d.stat("Hosts", "That answer, of all that are scraped.", "short", [(f"sum(up{{{HOST}}} and on (job, instance) last_over_time(joulet_build_info{{{HOST}}}[1d]))", "answer"), (f"count(last_over_time(joulet_build_info{{{HOST}}}[1d]))", "known")], 4)
    d.stat("Power", "Of all hosts.", "watt", f"sum(instance:joulet_host_energy_joules:rate5m{{{HOST}}})", 4)
    d.stat("Tokens a second", "Generated, all hosts.", "si:token/s", f"sum(instance_model_type:joulet_model_tokens:rate5m{{{HOST},type=\"generated\"}})", 4)
    d.stat("Joules per token, active", "Joules and tokens of all hosts of a job, summed before they are divided.", PER_TOKEN, (f"job_boundary:joulet_model_joules_per_token:ratio_rate5m{{{job},boundary=\"active\"}}", "{{job}}"), 4)
    d.stat("CO2 in a day", "Of the last 24 hours.", "massg", (f"sum(instance:joulet_carbon_emissions_grams:increase1d{{{HOST}}})", "CO2"), 4)
    d.stat("Cost in a day", "Of the last 24 hours; N/A where no price is configured.", "short", (f"sum by (currency) (instance_currency:joulet_energy_cost:increase1d{{{HOST}}})", "{{currency}}"), 4, decimals=2, text="value_and_name")
    d.panel("timeseries", "Power by part", "All hosts.", "watt", (f"sum by (component) (instance_component:joulet_host_energy_joules:rate5m{{{HOST}}})", "{{component}}"), 12, stack=True)
    d.panel("timeseries", "Power by what it is spent on", "All hosts.", "watt", (f"sum by (category) (instance_category:joulet_energy_joules:rate5m{{{HOST}}})", "{{category}}"), 12, stack=True)
    d.panel("timeseries", "Joules per token by model, active", "All hosts of a job, summed before they are divided.", PER_TOKEN, (f"job_model_boundary:joulet_model_joules_per_token:ratio_rate5m{{{job},boundary=\"active\"}}", "{{model}}"), 12)
    d.panel("timeseries", "Joules per token by model, full", "With loads, lying loaded and a share of idle.", PER_TOKEN, (f"job_model_boundary:joulet_model_joules_per_token:ratio_rate5m{{{job},boundary=\"full\"}}", "{{model}}"), 12)
    d.panel("bargauge", "Hosts that draw most", "The first ten.", "watt", (f"topk(10, instance:joulet_host_energy_joules:rate5m{{{HOST}}})", "{{instance}}"), 8)
    d.panel("bargauge", "Most drawn for models that lie in memory", "The first ten; a shorter keep_alive saves it.", "watt",
            (f"topk(10, sum by (instance) (instance_category:joulet_energy_joules:rate5m{{{HOST},category=\"loaded_idle\"}}))", "{{instance}}"), 8)
    d.panel("bargauge", "Least covered", "Share of Ollama's active energy whose tokens are counted; the last ten.", "percentunit", (f"bottomk(10, instance:joulet_metering_coverage:ratio_rate5m{{{HOST}}})", "{{instance}}"), 8, max=1, min=0)
    d.panel("table", "Models by host", "Joules per generated token of the last 5 minutes; the dearest first.", "short",
            (f"topk(25, instance_model_boundary:joulet_model_joules_per_token:ratio_rate5m{{{HOST},boundary=\"active\"}})", ""), 12,
            columns=[("model", "Model"), ("instance", "Host"), ("Value", "Joules per token", PER_TOKEN)], hidden=["boundary", "ollama"])
    d.panel("table", "Alerts", "Of joulet, that fire now.", "short", f"sum by (alertname, instance, model) (ALERTS{{alertname=~\"Joulet.*\",alertstate=\"firing\",{HOST}}})", 12,
            columns=[("alertname", "Alert"), ("instance", "Host"), ("model", "Model")], hidden=["Value"])
    return d


if __name__ == "__main__":
    target = pathlib.Path(__file__).parent / "dashboards"
    for made in (overview(), models(), carbon(), fleet(), machine()):
        made.write(target)
