#pragma once

#include <array>

#include "app/verb.hpp"

namespace misproxy::app {

Verb serve_verb(CLI::App& app);
Verb exec_verb(CLI::App& app);
Verb lab_verb(CLI::App& app);
Verb run_verb(CLI::App& app);
Verb check_verb(CLI::App& app);
Verb list_verb(CLI::App& app);
Verb show_verb(CLI::App& app);
Verb schema_verb(CLI::App& app);
Verb ca_verb(CLI::App& app);
Verb trace_verb(CLI::App& app);
Verb capture_verb(CLI::App& app);
Verb diagnose_verb(CLI::App& app);
Verb anonymize_verb(CLI::App& app);
Verb reproduce_verb(CLI::App& app);
Verb probe_verb(CLI::App& app);
Verb verdicts_verb(CLI::App& app);
Verb explain_verb(CLI::App& app);
Verb matrix_verb(CLI::App& app);
Verb merge_verb(CLI::App& app);
Verb learn_verb(CLI::App& app);
Verb exercise_verb(CLI::App& app);
Verb answer_verb(CLI::App& app);
Verb completion_verb(CLI::App& app);
Verb man_verb(CLI::App& app);

/// All of misproxy's commands, as `--help` lists them.
constexpr std::array kVerbs{&serve_verb,     &exec_verb,      &lab_verb,        &run_verb,
                            &check_verb,     &list_verb,      &show_verb,       &schema_verb,
                            &ca_verb,        &trace_verb,     &capture_verb,    &diagnose_verb,
                            &anonymize_verb, &reproduce_verb, &probe_verb,      &verdicts_verb,
                            &explain_verb,   &matrix_verb,    &merge_verb,      &learn_verb,
                            &exercise_verb,  &answer_verb,    &completion_verb, &man_verb};

}  // namespace misproxy::app
