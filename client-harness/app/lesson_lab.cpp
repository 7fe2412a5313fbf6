#include "app/lesson_lab.hpp"

#include "app/read_text.hpp"
#include "app/scenario_files.hpp"
#include "app/shared_command.hpp"
#include "core/ensure.hpp"
#include "drivers/scratch_folder.hpp"
#include "packets/article_text.hpp"
#include "packets/own_blocks.hpp"
#include "packets/text_parts.hpp"
#include "runner/diagnose_run.hpp"

namespace misproxy::app {
namespace {

/// `$1` is the command, `$2` the file that keeps what it says. `with-tcpdump COMMAND...` stands for
/// a second window with tcpdump in it: it listens before the command begins.
constexpr auto kShellOfALesson = R"bash(. /etc/sf/expert.bashrc
with-tcpdump() {
  local told as=() status
  told=$(mktemp) || return
  [ "$(id -u)" = 0 ] && as=(-Z root)
  env tcpdump "${as[@]}" --immediate-mode -lni eth0 2> "$told" &
  until grep -qs 'listening on' "$told" || ! kill -0 $! 2> /dev/null; do :; done
  "$@"
  status=$?
  sleep 0.2  # for packets that are still under way
  kill $! 2> /dev/null
  wait $! 2> /dev/null
  rm -f "$told"
  return "$status"
}
{ eval "$1"; } < /dev/null 2>&1 | tee -- "$2"
exit "${PIPESTATUS[0]}"
)bash";

/// The lines of a capture, as the article prints them.
class WireText {
 public:
  void take(std::string_view blocks) { blocks_.take(blocks); }
  std::vector<std::string> take_lines() { return std::move(lines_); }

 private:
  void add(const evidence::WirePacket& packet) {
    if (!is_told(packet)) return;
    for (auto& line : text_.lines(packet))
      lines_.push_back(std::move(line));
  }

  ArticleText text_;
  std::vector<std::string> lines_;
  evidence::OwnBlocks blocks_{[this](const evidence::WirePacket& packet) { add(packet); }};
};

Scenario bundled(const std::string& id) {
  const auto file = bundled_file(id);
  ensure(file.has_value(), "a lesson whose scenario is not there");
  return load_scenario(id, file->text).scenario;
}

}  // namespace

std::variant<teaching::Showing, std::string> LessonLab::run(const std::string& scenario,
                                                            const std::string& command) {
  const ScratchFolder scratch;
  if (scratch.path().empty()) return "there is no room for temporary files";
  const auto record = scratch.path() + "/said";
  auto played = play(scenario, {"bash", "-c", kShellOfALesson, "lesson", command, record});
  if (auto* showing = std::get_if<teaching::Showing>(&played)) {
    showing->command = command;
    std::string why;
    showing->output = teaching::lines_of(read_text(record, why).value_or(""));
  }
  return played;
}

std::variant<teaching::Showing, std::string> LessonLab::shell(const std::string& scenario) {
  return play(scenario, lab_shell());
}

std::variant<teaching::Showing, std::string> LessonLab::play(const std::string& scenario,
                                                             std::vector<std::string> words) {
  if (const auto refusal = SharedCommand::find(words)) return refusal->sentence;
  const Plan plan(bundled(scenario), Plan::kDefaultSeed);
  RunDiagnosis diagnosis(Evidence::capture);
  WireText wire;
  CaptureSinks sinks;
  sinks.client = [&](std::string_view blocks) {
    diagnosis.take(blocks);
    wire.take(blocks);
  };
  auto made = room_.run({&plan, std::nullopt, true, {}, &sinks, false}, words, nullptr);
  if (auto* why = std::get_if<std::string>(&made)) return std::move(*why);
  auto& run = std::get<Run>(made);
  diagnosis.judge(run);
  return teaching::Showing{{}, {}, wire.take_lines(), {run.result.named->id}};
}

}  // namespace misproxy::app
