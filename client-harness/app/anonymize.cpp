#include "anonymize/anonymize.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <system_error>

#include "app/diagnose_options.hpp"
#include "app/evidence_files.hpp"
#include "app/say.hpp"
#include "core/utf8.hpp"
#include "diagnose/diagnose.hpp"

namespace misproxy::app {
namespace {

using misproxy::anonymize::Failed;
using misproxy::anonymize::Shareable;
using misproxy::diagnose::Unusable;
using misproxy::diagnose::Verdict;
namespace json = boost::json;

std::variant<Verdict, Unusable> verdict_of(const std::vector<std::string>& files) {
  auto read = read_files(files);
  if (auto* unusable = std::get_if<Unusable>(&read)) return std::move(*unusable);
  return misproxy::diagnose::diagnose(std::get<misproxy::diagnose::Observations>(std::move(read)))
      .incident;
}

void print_text(const std::vector<Shareable>& files, const Verdict& before,
                const std::string& after) {
  for (const auto& file : files) {
    print(fmt::format("{} -> {}\n", visible(file.from),
                      file.to.empty() ? "nothing" : visible(file.to)));
    for (const auto& remark : file.remarks)
      print(fmt::format("    {}\n", visible(remark)));
  }
  print(before.id == after ? fmt::format("verdict: {}, as of the original\n", after)
                           : fmt::format("verdict: {}; of the original: {}\n", after, before.id));
}

void print_json(const std::vector<Shareable>& files, const Verdict& before,
                const std::string& after) {
  json::array list;
  for (const auto& file : files) {
    json::object each{{"from", as_utf8(file.from)}, {"to", as_utf8(file.to)}};
    auto& remarks = each["remarks"].emplace_array();
    for (const auto& remark : file.remarks)
      remarks.emplace_back(as_utf8(remark));
    list.push_back(std::move(each));
  }
  print(json::serialize(json::object{
            {"files", std::move(list)}, {"verdict", after}, {"original_verdict", before.id}}) +
        "\n");
}

}  // namespace

ExitCode anonymize(const AnonymizeOptions& options) {
  auto before = verdict_of(options.files);
  if (const auto* unusable = std::get_if<Unusable>(&before))
    return complain(ExitCode::bad_input, unusable->sentence);
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error)
    return complain(ExitCode::environment,
                    fmt::format("cannot make {}: {}", options.out, error.message()));
  auto done = misproxy::anonymize::anonymize(options.files, options.out);
  if (const auto* failed = std::get_if<Failed>(&done))
    return complain(failed->bad_input ? ExitCode::bad_input : ExitCode::environment,
                    failed->sentence);
  const auto& files = std::get<std::vector<Shareable>>(done);
  std::vector<std::string> written;
  for (const auto& file : files) {
    if (!file.to.empty()) written.push_back(file.to);
  }
  const auto after = verdict_of(written);
  const auto* same = std::get_if<Verdict>(&after);
  const auto id = same != nullptr ? std::string(same->id) : std::string("none");
  const auto& original = std::get<Verdict>(before);
  options.format == Format::json ? print_json(files, original, id)
                                 : print_text(files, original, id);
  return original.id == id ? ExitCode::ok : ExitCode::mismatch;
}

}  // namespace misproxy::app
