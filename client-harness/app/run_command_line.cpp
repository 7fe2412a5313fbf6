#include <fmt/format.h>

#include <limits>
#include <map>

#include "app/flags.hpp"
#include "app/run_options.hpp"
#include "app/verbs.hpp"
#include "core/nearest.hpp"
#include "drivers/real_client.hpp"
#include "pictures/ladder_text.hpp"

namespace misproxy::app {
namespace {

template <class Enum>
void add_words(CLI::App& command, const std::string& flag, Enum& value, const std::string& what,
               const std::map<std::string, Enum>& words) {
  std::string names;
  for (const auto& [name, meaning] : words)
    names += (names.empty() ? "" : "|") + name;
  command.add_option(flag, value, what)
      ->transform([words, names](const std::string& text) {
        if (words.contains(text)) return std::to_string(static_cast<int>(words.at(text)));
        throw CLI::ValidationError(fmt::format("{} is none of {}", text, names));
      })
      ->type_name(names);
}

CLI::ValidationError unknown_client(const std::string& name) {
  auto names = real_client_names();
  names.push_back("fmc");
  const auto close = nearest(name, names);
  return CLI::ValidationError(
      fmt::format("--client: there is no client {}; {}", name,
                  close ? fmt::format("did you mean {}?", *close)
                        : "fmc, exec:COMMAND, or one of `misproxy list --clients`"));
}

void add_client(CLI::App& run, RunOptions& options) {
  const auto choose = [&options](const std::string& text) {
    constexpr std::string_view kExec = "exec:";
    const bool exec = text.starts_with(kExec) && text.size() > kExec.size();
    options.real = find_real_client(text);
    if (!exec && text != "fmc" && options.real == nullptr) throw unknown_client(text);
    options.client = exec                      ? RunOptions::ClientChoice::exec
                     : options.real == nullptr ? RunOptions::ClientChoice::fmc
                     : text == "curl"          ? RunOptions::ClientChoice::curl
                                               : RunOptions::ClientChoice::table;
    if (exec) options.exec = text.substr(kExec.size());
  };
  run.add_option_function<std::string>(
         "--client", choose,
         "fmc: the built-in client; in live and lab also a real one of `misproxy list --clients`, "
         "curl among them, or exec:COMMAND: any program, through the shell, which finds "
         "MISPROXY_PROXY_URL, MISPROXY_URL and MISPROXY_CA in its "
         "environment")
      ->type_name("NAME|exec:COMMAND|fmc");
}

void add_seeds(CLI::App& run, RunOptions& options) {
  auto* seed = run.add_option_function<std::string>(
      "--seed",
      [&options](const std::string& text) {
        options.seeds = {std::stoll(text), std::stoll(text), 1};
      },
      "what every random choice comes from; 1 where absent");
  seed->type_name("N")->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  run.add_option_function<std::string>(
         "--seeds",
         [&options](const std::string& text) {
           const auto range = parse_range(text);
           if (!range)
             throw CLI::ValidationError(
                 fmt::format("--seeds: {} is no A..B with A up to B, such as 1..100", text));
           options.seeds = *range;
         },
         "each scenario with each of these seeds")
      ->type_name("A..B")
      ->excludes(seed);
}

void add_which(CLI::App& run, RunOptions& options) {
  add_seeds(run, options);
  run.add_option("--repeat", options.repeat, "each run so often; all must leave the same bytes")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000));
  run.add_option_function<std::string>(
         "--sweep",
         [&options](const std::string& text) {
           constexpr std::string_view key = "offset=";
           if (text.starts_with(key)) options.sweep = parse_range(text.substr(key.size()));
           if (!options.sweep) {
             throw CLI::ValidationError(
                 fmt::format("--sweep: {} is no offset=A..B or offset=A..B:STEP with A up to B, "
                             "such as offset=0..5000:10",
                             text));
           }
         },
         "move the fault that has an offset through every byte, and say what comes of each")
      ->type_name("offset=A..B[:STEP]");
  run.add_option("-j,--jobs", options.jobs, "threads; 1 where absent")
      ->type_name("N")
      ->check(whole_number(1, 256));
  run.add_option_function<std::string>(
         "--shard",
         [&options](const std::string& text) {
           const auto shard = parse_shard(text);
           if (const auto* why = std::get_if<std::string>(&shard))
             throw CLI::ValidationError(fmt::format("--shard: {}", *why));
           options.shard = std::get<Shard>(shard);
         },
         "the Kth of N equal parts of the runs, for several machines; auto: as the task of a Slurm "
         "array says, auto/N: as that of a Kubernetes Indexed Job of N completions")
      ->type_name("K/N|auto[/N]");
}

std::string end_names() {
  std::string names;
  for (const auto end : kLinkEnds)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", link_end_name(end));
  return names;
}

void add_output(CLI::App& run, RunOptions& options) {
  const auto path = [&run](const char* flag, std::optional<std::string>& value, const char* what) {
    run.add_option(flag, value, what)->type_name("PATH");
  };
  path("--junit", options.junit, "write JUnit XML for a CI server");
  path("--out", options.out, "a folder for each run: trace, captures, client log, report");
  path("--results", options.results,
       "a folder: runs-K-of-N.jsonl in it, a line a run, which `misproxy merge` joins");
  path("--capture", options.capture, "of one run: pcapng with names and TLS secrets");
  add_capture_at(
      run, options.capture_at,
      "whose ends of the links --capture is taken at (in live it is the proxy's socket)");
  run.add_flag("!--no-comments", options.comments,
               "captures that do not tell what was injected: no comment in them");
  path("--har", options.har, "of one run: HAR 1.2");
  path("--trace", options.trace, "of one run: the trace");
  path("--log", options.log, "of one run: the client's log, in the form of curl -v");
  path("--html", options.html,
       "of one run: a page with ladder diagram, graphs and verdict; with --matrix, that as a page");
  path("--svg", options.svg, "of one run: the ladder diagram alone, as SVG");
  add_format(run, options.format);
}

void add_compare(CLI::App& run, RunOptions& options) {
  auto* compare = run.add_option_function<std::string>(
      "--compare",
      [&options](const std::string& text) {
        options.compare = parse_worlds(text);
        if (!options.compare) {
          throw CLI::ValidationError(fmt::format(
              "--compare: {} is no two of virtual, live and lab, such as virtual,lab", text));
        }
      },
      "each scenario with the built-in client in two worlds: same verdict, same normal form, and "
      "in virtual and lab the same segments, side by side; exit 1 where they differ");
  compare->type_name("A,B");
  for (const auto* other :
       {"--world",     "--client",   "--sweep",   "--repeat",  "--shard",      "--matrix",
        "--junit",     "--out",      "--results", "--capture", "--capture-at", "--no-comments",
        "--har",       "--trace",    "--log",     "--html",    "--svg",        "--require-expect",
        "--no-splice", "--state-dir"})
    compare->excludes(other);
  run.add_option("--tries", options.tries,
                 "of a comparison: a kernel's times are the machine's, so that what differs is "
                 "played again, up to so often; 3 where absent")
      ->type_name("N")
      ->needs(compare)
      ->check(whole_number(1, 1'000));
  run.add_option("--columns", options.columns,
                 "of a comparison: how wide its ladders are; the terminal's width where absent")
      ->type_name("N")
      ->needs(compare)
      ->check(whole_number(pictures::kLeastColumns, pictures::kMostColumns));
}

}  // namespace

void add_capture_at(CLI::App& command, std::vector<simulated::CapturePointId>& ends,
                    std::string_view what) {
  command
      .add_option_function<std::string>(
          "--capture-at",
          [&ends](const std::string& text) {
            const auto parsed = parse_link_ends(text);
            if (!parsed) {
              throw CLI::ValidationError(
                  fmt::format("--capture-at: {} is neither all nor some of {}", text, end_names()));
            }
            ends = *parsed;
          },
          fmt::format("{}, an interface each: all, or some of {}; client where absent", what,
                      end_names()))
      ->type_name("END[,END...]|all");
}

Verb run_verb(CLI::App& app) {
  const auto kept = std::make_shared<RunOptions>();
  auto& options = *kept;
  auto* run = app.add_subcommand(
      "run", "Run scenarios with a client, and compare what happens with their [expect]");
  run->add_option("FILE", options.files,
                  "scenario files, folders, or ids from `misproxy list`; none: all of those")
      ->type_name("");
  add_words<RunOptions::WorldChoice>(
      *run, "--world", options.world,
      "virtual: simulated hosts, links and TCP, in no time; live: real sockets on loopback; lab: "
      "real kernels on hosts of their own, with the links of virtual between them",
      {{"virtual", RunOptions::WorldChoice::virtual_},
       {"live", RunOptions::WorldChoice::live},
       {"lab", RunOptions::WorldChoice::lab}});
  add_client(*run, options);
  add_which(*run, options);
  run->add_option("--max-time", options.max_time_s,
                  "stop a run after so much time, virtual or real; 172800 s where absent")
      ->type_name("SECONDS")
      ->each([&options](const std::string&) { options.max_time_asked = true; })
      ->check(whole_number(1, 100ULL * 365 * 86'400, Unit::s));
  run->add_option("--max-events", options.max_events,
                  "stop a run after so many events; 50000000 where absent")
      ->type_name("N")
      ->check(whole_number(1, std::numeric_limits<std::int64_t>::max()));
  add_words<Evidence>(
      *run, "--evidence", options.evidence,
      "what the diagnosis of each run is given of the client's end; both where absent",
      {{"capture", Evidence::capture}, {"log", Evidence::log}, {"both", Evidence::both}});
  run->add_flag("--require-expect", options.require_expect,
                "a run of which the scenario expects nothing is no success: exit 1")
      ->excludes("--sweep");
  run->add_flag("--verbose", options.verbose, "a line for each run, also where there are over 100");
  run->add_option("--progress", options.progress_s,
                  "where stderr is no terminal: a line every so often while runs are made; 10 s "
                  "where absent, 0 for none")
      ->type_name("SECONDS")
      ->check(whole_number(0, 86'400, Unit::s));
  run->add_flag("--matrix", options.matrix,
                "print what was injected against what the diagnosis named");
  add_output(*run, options);
  add_no_splice(*run, options.splice);
  add_state_dir(*run, options.state_dir);
  add_compare(*run, options);
  run->footer(
      "\nA PATH of - is stdout; the table is then told on stderr.\n"
      "Exit codes: 0 all came as expected (--compare: agree), 1 something did not, 2 bad input, 3 "
      "the surroundings.");
  return verb(run, kept, &app::run);
}

}  // namespace misproxy::app
