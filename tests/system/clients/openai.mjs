// npm's openai, as its readme uses it. Prints what it got: node openai.mjs http://HOST:PORT
import OpenAI from 'openai';

const openai = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'ollama', maxRetries: 0 });
const messages = [{ role: 'user', content: 'how much energy' }];
const got = {};

// Each chunk's text, and what it says of usage where it says anything.
const read = async (stream, text) => {
  const pieces = [];
  for await (const chunk of await stream) {
    pieces.push(text(chunk), ...('usage' in chunk ? [chunk.usage] : []));
  }
  return pieces;
};
const delta = chunk => chunk.choices.map(choice => choice.delta.content ?? choice.finish_reason).join();
const part = chunk => chunk.choices.map(choice => choice.text || choice.finish_reason).join();

got.models = [];
for await (const model of openai.models.list()) {
  got.models.push(model.id);
}

const answer = await openai.chat.completions.create({ model: 'tiny', messages });
got.answered = [answer.choices[0].message.content, answer.usage];
got.streamed = await read(openai.chat.completions.create({ model: 'tiny', messages, stream: true }), delta);
got.streamed_with_usage = await read(
  openai.chat.completions.create({ model: 'tiny', messages, stream: true, stream_options: { include_usage: true } }), delta);

const completion = await openai.completions.create({ model: 'tiny', prompt: 'the energy', max_tokens: 4 });
got.completed = [completion.choices[0].text, completion.usage];
got.completing = await read(openai.completions.create({ model: 'tiny', prompt: 'the energy', max_tokens: 4, stream: true }), part);

const embedded = await openai.embeddings.create({ model: 'embed', input: 'the' }); // asks for base64
got.embedded = [embedded.data.length, embedded.data[0].embedding.length, embedded.usage];

const response = await openai.responses.create({ model: 'tiny', input: 'how much energy' });
got.responded = [response.output_text, response.usage.input_tokens, response.usage.output_tokens];
got.responding = [];
for await (const event of await openai.responses.create({ model: 'tiny', input: 'how much energy', stream: true })) {
  if (event.type === 'response.output_text.delta') {
    got.responding.push(event.delta);
  } else if (event.type === 'response.completed') {
    got.responding.push([event.response.usage.input_tokens, event.response.usage.output_tokens]);
  }
}

got.unknown = await openai.chat.completions.create({ model: 'nosuch', messages }).catch(error => [error.status, error.message]);

got.aborted = [];
const endless = await openai.chat.completions.create({ model: 'tinylong', messages, stream: true });
for await (const chunk of endless) {
  got.aborted.push(delta(chunk), ...('usage' in chunk ? [chunk.usage] : []));
  if (got.aborted.length === 3) {
    endless.controller.abort();
    break;
  }
}

console.log(JSON.stringify(got));
