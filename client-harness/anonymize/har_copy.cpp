#include <boost/json.hpp>
#include <string>

#include "anonymize/http_head.hpp"
#include "anonymize/mask.hpp"
#include "anonymize/plain_text.hpp"
#include "anonymize/text_copy.hpp"
#include "evidence/redact.hpp"

namespace misproxy::anonymize {
namespace {

namespace json = boost::json;

void mask_all(json::value& value) {
  if (value.is_string()) value = masked(value.get_string());
  if (value.is_array()) {
    for (auto& each : value.get_array())
      mask_all(each);
  }
  if (value.is_object()) {
    for (auto& each : value.get_object())
      mask_all(each.value());
  }
}

bool is_private(std::string_view key) {
  return key == "cookies" || key == "postData" || key == "text" || key == "comment" ||
         key == "queryString";
}

class Har {
 public:
  explicit Har(Pseudonyms& pseudonyms) : pseudonyms_(pseudonyms) {}

  void visit(json::value& value) {
    if (value.is_string()) {
      const std::string text(value.get_string());
      value = disguised_line(evidence::redacted(text), pseudonyms_);
    } else if (value.is_array()) {
      for (auto& each : value.get_array())
        visit(each);
    } else if (value.is_object()) {
      object(value.get_object());
    }
  }

 private:
  void object(json::object& object) {
    for (auto& each : object) {
      if (each.key() == "headers" && each.value().is_array())
        fields(each.value().get_array());
      else if (is_private(each.key()))
        mask_all(each.value());
      else
        visit(each.value());
    }
  }

  void fields(json::array& fields) {
    for (auto& each : fields) {
      auto* field = each.if_object();
      const auto* name = field == nullptr ? nullptr : field->if_contains("name");
      auto* value = field == nullptr ? nullptr : field->if_contains("value");
      if (name == nullptr || value == nullptr || !name->is_string() || !value->is_string()) {
        mask_all(each);
        continue;
      }
      const std::string text(value->get_string());
      *value = disguised_value(std::string(name->get_string()), text, pseudonyms_);
    }
  }

  Pseudonyms& pseudonyms_;
};

}  // namespace

std::string copy_har(std::string_view text, Pseudonyms& pseudonyms) {
  json::error_code error;
  auto document = json::parse(text, error);
  if (error) return "";
  Har(pseudonyms).visit(document);
  return json::serialize(document) + "\n";
}

}  // namespace misproxy::anonymize
