#include "report/matrix_lies.hpp"

namespace misproxy {

Liars liars_of(const Matrix& matrix) {
  Liars liars;
  for (const auto& cell : matrix.cells) {
    for (const auto lie : cell.record.lies)
      liars[lie][cell.record.client].push_back(cell.scenario);
  }
  return liars;
}

std::string_view sentence(ClientRecord::Lie lie) {
  using Lie = ClientRecord::Lie;
  switch (lie) {
    case Lie::truncated_as_whole:
      return "report success for a response that broke off";
    case Lie::refusal_as_success:
      return "report success though the proxy let nothing through";
    case Lie::untrusted_as_trusted:
      return "report success with a certificate that is not to be trusted for that host";
    case Lie::blames_origin:
      return "tell the proxy's refusal as if it were the origin's";
    case Lie::endless:
      return "wait for what does not come, past the limit of the matrix";
  }
  return {};
}

}  // namespace misproxy
