// Sending an experiment: the bundle, the files that the controller finds missing, and the answer.
#pragma once

#include "controller/cli/commands.hpp"
#include "controller/domain/views.hpp"
#include "controller/wire/submission.hpp"

namespace flowyard::controller::cli {

// The experiment file as a submission, without the files that it names.
wire::Submission read_submission(const SubmitOptions& options, std::string& folder);

// Has it planned; on return the submission holds every file that it needs.
async::Task<domain::PlanView> send_plan(Session& session, wire::Submission& submission, std::string folder);

async::Task<domain::Submitted> send_submission(Session& session, wire::Submission submission);

}  // namespace flowyard::controller::cli
