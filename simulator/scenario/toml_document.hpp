#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/syntax_recovery.hpp"
#include "scenario/table_reader.hpp"

namespace misproxy {

/// A TOML 1.0 text and all that was found wrong in it, syntax first, then by whoever reads its
/// tables.
///
/// toml++ stops at its first syntax error; this goes on: the statement at fault is blanked, in
/// place, and the text parsed again, up to `kSyntaxErrors` times. What the blanked lines would have
/// said is not reported as missing.
class TomlDocument {
 public:
  static constexpr int kSyntaxErrors = 200;
  static constexpr int kKeyParts = 32;

  TomlDocument(std::string file, std::string_view text);
  ~TomlDocument();
  TomlDocument(const TomlDocument&) = delete;
  TomlDocument& operator=(const TomlDocument&) = delete;

  /// The table that is the file itself.
  TableReader root();
  /// No line had to be left out.
  bool is_whole() const { return blanked_.empty(); }
  /// Nothing was found wrong so far.
  bool is_clean() const { return is_whole() && diagnostics_.empty(); }
  /// Sorted by place.
  std::vector<Diagnostic> take_diagnostics();
  /// The same of what is not wrong and yet worth a word.
  std::vector<Diagnostic> take_warnings();

 private:
  friend class TableReader;
  struct Tables;

  void parse();
  void blank_what_is_no_text(std::vector<std::string>& lines);
  bool blank(std::vector<std::string>& lines, const Statement& statement);
  void report_syntax(std::string_view description, std::size_t line, std::size_t column,
                     const Statement& fault);
  bool is_damaged(std::size_t line, bool whole) const;
  void report(std::size_t line, std::size_t column, std::size_t length, std::string message,
              std::string hint = {});
  void warn(std::size_t line, std::size_t column, std::size_t length, std::string message);
  Diagnostic diagnostic(std::size_t line, std::size_t column, std::size_t length,
                        std::string message) const;

  std::string file_;
  std::vector<std::string> lines_;
  std::set<std::size_t> blanked_;  // lines left out
  bool lost_header_ = false;       // a table's header among them
  std::size_t unsaid_ = 0;         // problems that those lines may explain
  std::unique_ptr<Tables> tables_;
  std::vector<Diagnostic> diagnostics_;
  std::vector<Diagnostic> warnings_;
};

}  // namespace misproxy
