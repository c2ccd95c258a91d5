// npm's ollama, as its readme uses it. Prints what it got: node ollama.mjs http://HOST:PORT
import { Ollama } from 'ollama';

const ollama = new Ollama({ host: process.argv[2] });
const messages = [{ role: 'user', content: 'how much energy' }];
const got = {};

got.models = (await ollama.list()).models.map(model => model.name);

got.generated = [];
for await (const part of await ollama.generate({ model: 'tiny', prompt: 'the energy of', stream: true })) {
  got.generated.push(part.done ? [part.prompt_eval_count, part.eval_count] : part.response);
}

got.streamed = [];
for await (const part of await ollama.chat({ model: 'tiny', messages, stream: true })) {
  got.streamed.push(part.done ? [part.prompt_eval_count, part.eval_count] : part.message.content);
}

const answer = await ollama.chat({ model: 'tiny', messages });
got.answered = [answer.message.content, answer.prompt_eval_count, answer.eval_count];

const embedded = await ollama.embed({ model: 'embed', input: 'the energy of' });
got.embedded = [embedded.embeddings.length, embedded.embeddings[0].length, embedded.prompt_eval_count];

const tools = [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } }];
got.refused = await ollama.chat({ model: 'tiny', messages, tools }).catch(error => [error.status_code, error.message]);

got.aborted = [];
try {
  const endless = await ollama.chat({ model: 'tinylong', messages, stream: true });
  for await (const part of endless) {
    got.aborted.push(part.message.content);
    if (got.aborted.length === 3) {
      endless.abort();
    }
  }
} catch (error) {
  got.aborted = [...got.aborted.slice(0, 3), error.name];
}

console.log(JSON.stringify(got));
