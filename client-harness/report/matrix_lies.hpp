#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/matrix.hpp"

namespace misproxy {

/// Which clients lie: for each lie, the scenarios in which a client told it.
using Liars = std::map<ClientRecord::Lie, std::map<std::string, std::vector<std::string>>>;
Liars liars_of(const Matrix& matrix);

/// What a lie is, for a person.
std::string_view sentence(ClientRecord::Lie lie);

}  // namespace misproxy
