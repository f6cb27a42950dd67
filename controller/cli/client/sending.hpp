// Sending an experiment: the bundle, the files that the controller finds missing, and the answer.
#pragma once

#include "controller/cli/commands/arguments.hpp"
#include "controller/rest/submission.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// Where a submission came from.
struct Origin {
  std::string folder;  // of the experiment file, from which it names others
  std::string text;    // the file as it stands, without what was said on the command line
};

// The experiment file as a submission, without the files that it names.
rest::Submission read_submission(const SubmitOptions& options, Origin& origin);

// Has it planned; on return the submission holds every file that it needs.
async::Task<service::PlanView> send_plan(Session& session, rest::Submission& submission, Origin origin);

// Reads and sends it, notes the warnings, gives the plan.
async::Task<service::PlanView> plan_of(SubmitOptions options, Session& session);

// The credentials that the user has for the registry of an image, or none; what is in their way is noted.
Secret noted_credentials(Session& session, const std::string& image);

// With the credentials that its image needs, as it was planned.
async::Task<experiment::Submitted> send_submission(Session& session, rest::Submission submission,
                                                   const service::PlanView& planned);

}  // namespace flowyard::controller::cli
