#pragma once

namespace misproxy {

/// A visitor of a variant, made of one lambda an alternative: what none of them takes does not
/// compile.
template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

}  // namespace misproxy
