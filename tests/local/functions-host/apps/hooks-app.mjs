import { app } from '@azure/functions';

app.hook.appStart((hook) => {
  hook.hookData.seen = true;
  console.log('hook: appStart');
});
app.hook.appTerminate(() => console.log('hook: appTerminate'));
app.hook.preInvocation((hook) => {
  hook.hookData.greeting = 'hello';
  const handler = hook.functionHandler;
  hook.functionHandler = (request, context) => handler(request, context, hook.hookData.greeting);
});
app.hook.postInvocation((hook) => {
  console.log(`hook: postInvocation ${hook.invocationContext.functionName} ${hook.error?.message ?? 'fine'}`);
  if (hook.invocationContext.functionName === 'mended') {
    hook.error = undefined;
    hook.result = { body: 'mended' };
  }
  if (hook.invocationContext.functionName === 'greet') {
    hook.result = { body: `${hook.result.body}, ${hook.hookData.greeting}` };
  }
});

app.http('greet', { handler: (_request, _context, greeting) => ({ body: `said ${greeting}` }) });
app.http('mended', {
  handler: () => {
    throw new Error('broken at first');
  },
});
